import { expect, test } from "vitest";
import { RootstockError, explained, toErrorRecord } from "./errors.ts";
import { startRun } from "./events.ts";
import { isSystemError, reasonOf } from "./system-error.ts";

/** An error as Node makes it. */
function refused(code: string, syscall: string, path?: string): Error {
  const message = `${code}: words of the system, ${syscall}${path === undefined ? "" : ` '${path}'`}`;
  return Object.assign(new Error(message), { code, syscall, ...(path !== undefined && { path }) });
}

test.each([
  ["ENOSPC", "write", "E_DISK_FULL", "no space left on the disk"],
  ["EDQUOT", "write", "E_DISK_FULL", "quota"],
  ["EACCES", "open", "E_FILE", "permission denied"],
  ["EPERM", "unlink", "E_FILE", "not permit"],
  ["EROFS", "mkdir", "E_FILE", "read-only"],
  ["ENOTDIR", "mkdir", "E_FILE", "expected a folder, got a file"],
  ["EISDIR", "open", "E_FILE", "expected a file, got a folder"],
  ["EMFILE", "open", "E_FILE", "too many files are open"],
  ["ENAMETOOLONG", "open", "E_FILE", "too long"],
  ["ENOENT", "scandir", "E_FILE", "no such file or folder"],
  ["EBUSY", "rename", "E_FILE", "another program"],
  ["ELOOP", "stat", "E_FILE", "circle"],
  ["EIO", "read", "E_FILE", "the disk failed"],
  ["EOWNERDEAD", "read", "E_FILE", "the system said EOWNERDEAD"],
])(
  "%s of %s becomes %s with path, words and a next step, and none of the system's own words",
  (code, call, ours, words) => {
    const { code: told, message, hint } = toErrorRecord(refused(code, call, "photos/a.jpg"));
    expect(told).toBe(ours);
    expect(message).toMatch(/^"photos\/a\.jpg": cannot be (read|written|opened): /);
    expect(message).toContain(words);
    expect(message).not.toContain("words of the system");
    expect(hint).not.toBe("");
  },
);

test("what is named and what was wanted may be said by those who know", () => {
  const error = explained(refused("EACCES", "open", "runs/.model.partial-7/config.json"), {
    subject: '"runs/model"',
    doing: "write",
  });
  expect(error).toBeInstanceOf(RootstockError);
  expect(error).toMatchObject({ message: '"runs/model": cannot be written: permission denied.' });
});

test("renaming names the place that was to be made", () => {
  const error = Object.assign(refused("EXDEV", "rename", "a.tmp"), { dest: "a.json" });
  expect(toErrorRecord(error).message).toBe('"a.json": cannot be written: it lies on another disk.');
});

test("errors of the network, of programs and ours are no refusals of the file system", () => {
  const others = [
    refused("ECONNREFUSED", "connect"),
    new TypeError("x is not a function"),
    new RootstockError("E_FILE", "ours"),
  ];
  expect(others.map(isSystemError)).toEqual([false, false, false]);
  expect(others.map((error) => explained(error))).toEqual(others);
  expect(reasonOf(new Error("first line\nsecond"))).toBe("first line");
});

test("a run that the system refuses fails with an error of ours", async () => {
  const run = startRun(async () => await Promise.reject(refused("ENOSPC", "write", "a.json")));
  await expect(run.result).rejects.toMatchObject({ name: "RootstockError", code: "E_DISK_FULL" });
});
