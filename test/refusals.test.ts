import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell, program } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// What the system refuses, any command tells in words: a code, the path, a next step, never the system's own message.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 3);
  await writeFile(join(shell.folder, "file"), "");
  await mkdir(join(shell.folder, "folder"));
  const trained = await shell.rootstock("train", "photos", "--recipe", "lda", "--out", "model");
  expect(trained).toMatchObject({ status: 0 });
});
afterAll(async () => await shell[Symbol.asyncDispose]());

/** `rootstock: "path": words. [CODE]`, a next step, and nothing of Node's. */
function expectWords({ stdout, stderr }: Outcome, path: string, words: string, code: string): void {
  const told = stdout + stderr;
  expect(told).toContain(path);
  expect(told).toContain(words);
  expect(told).toMatch(new RegExp(`\\[${code}\\]\n  \\S`));
  expect(told).not.toMatch(/\bE[A-Z]{3,}:|E_INTERNAL|syscall|node:internal|\n +at /);
}

test.each([
  [
    "train into a path below a file",
    ["train", "photos", "--recipe", "lda", "--out", "file/model"],
    "file/model",
    "expected a folder, got a file",
  ],
  [
    "compare below a file",
    ["compare", "photos", "--recipes", "lda", "--folds", "2", "--out", "file"],
    "file",
    "expected a folder, got a file",
  ],
  [
    "features into a folder",
    ["features", "photos", "--out", "folder"],
    '"folder"',
    "expected a file, got a folder",
  ],
])("%s", async (_, words, path, reason) => {
  const outcome = await shell.rootstock(...words);
  expect(outcome.status).toBe(1);
  expectWords(outcome, path, reason, "E_FILE");
});

/** The command in a name space of its own where a small or read-only disk lies at `disk`; it needs no rights. */
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!canMount) console.warn("no name spaces here: full and read-only disks are not tried.");

async function onDisk(options: string, words: readonly string[]): Promise<Outcome> {
  const mount = `mkdir -p disk && mount -t tmpfs -o "$1" none disk && shift && exec "$@"`;
  return await shell.run("unshare", [
    "-rm",
    "sh",
    "-c",
    mount,
    "sh",
    options,
    process.execPath,
    program,
    ...words,
  ]);
}

const compareOnDisk = ["compare", "photos", "--recipes", "lda", "--folds", "2", "--out", "disk/runs"];
const trainOnDisk = ["train", "photos", "--recipe", "lda", "--out", "disk/model"];

test.skipIf(!canMount).each([
  ["compare, at its first file", "size=4k", compareOnDisk],
  ["compare, in the model folder", "size=60k", compareOnDisk],
  ["train, in the model folder", "size=60k", trainOnDisk],
])("a full disk: %s", async (_, size, words) => {
  const outcome = await onDisk(size, words);
  expect(outcome.status).toBe(1);
  expectWords(outcome, '"disk/', "no space left on the disk", "E_DISK_FULL");
});

test.skipIf(!canMount)("a full disk under the cache is a warning, and the run goes on", async () => {
  const { status, stderr } = await onDisk("size=4k", [
    "features",
    "photos",
    "--cache",
    "disk",
    "--out",
    "f.safetensors",
  ]);
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /warning: .*no space left on the disk\. Features are no longer kept in the cache\. \[E_DISK_FULL\]/,
  );
});

test.skipIf(!canMount)("a read-only disk", async () => {
  const outcomes = await Promise.all(
    [compareOnDisk, trainOnDisk].map(async (words) => await onDisk("ro", words)),
  );
  for (const outcome of outcomes) {
    expect(outcome.status).toBe(1);
    expectWords(outcome, '"disk/', "the disk is read-only", "E_FILE");
  }
});

/** Whether this is a user whom rights hold back; root is not. */
const isHeldBack = process.platform !== "win32" && process.getuid?.() !== 0;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const canBecome =
  spawnSync(asNobody[0]!, [...asNobody.slice(1), process.execPath, program, "--version"]).status === 0;
if (!isHeldBack && !canBecome) console.warn("no other user here: unreadable folders are not tried.");

test.skipIf(!isHeldBack && !canBecome)(
  "an unreadable sub-folder is named by check and predict, an unreadable model is not called missing",
  async () => {
    const closed = join(shell.folder, "photos", "down");
    await chmod(shell.folder, 0o755);
    await chmod(closed, 0);
    const secret = join(shell.folder, "model", "rootstock.json");
    const run = async (...words: string[]): Promise<Outcome> => {
      const whole = [...(isHeldBack ? [] : asNobody), process.execPath, program, ...words];
      return await shell.run(whole[0]!, whole.slice(1), { ROOTSTOCK_CACHE: "/nowhere" });
    };
    try {
      const [check, predict] = await Promise.all([run("check", "photos"), run("predict", "model", "photos")]);
      for (const outcome of [check, predict]) {
        expect(outcome.status).toBe(3);
        expect(outcome.stdout + outcome.stderr).toMatch(/down.*permission denied/);
      }
      expect(predict.stdout.trim().split("\n")).toHaveLength(6);
      await chmod(secret, 0);
      const model = await run("predict", "model", "photos");
      expect(model.status).toBe(1);
      expectWords(model, "rootstock.json", "cannot be read: permission denied", "E_FILE");
    } finally {
      await chmod(closed, 0o755);
      await chmod(secret, 0o644);
    }
  },
);
