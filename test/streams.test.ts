import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell, program } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// A reader that has gone ends the output, not the work of writing files; Ctrl-C ends everything in order.

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 8);
  const trained = await shell.rootstock("train", "photos", "--recipe", "lda", "--out", "model");
  expect(trained).toMatchObject({ status: 0 });
});
afterAll(async () => await shell[Symbol.asyncDispose]());

const start = (...words: string[]) =>
  spawn(process.execPath, [program, ...words], { cwd: shell.folder, env: shell.environment });

test("predict | head -1: a quiet end after the first line, exit 0", async () => {
  const child = start("predict", "model", "photos", "photos", "photos");
  child.stdout.once("data", () => child.stdout.destroy());
  const said = text(child.stderr);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await said).not.toMatch(/rootstock:|terminate|EPIPE|Error/);
});

test("compare goes on without readers of its output and messages, and writes the run", async () => {
  const child = start("compare", "photos", "--recipes", "lda", "--folds", "2", "--out", "unread");
  child.stdout.destroy();
  child.stderr.destroy();
  expect(await once(child, "exit")).toEqual([0, null]);
  const [id] = await readdir(join(shell.folder, "unread"));
  expect(await readdir(join(shell.folder, "unread", id!))).toEqual(
    expect.arrayContaining(["model", "report.html", "run.json"]),
  );
});

test.skipIf(!existsSync("/dev/full"))(
  "output into a full disk is E_DISK_FULL with exit 1, not a crash",
  async () => {
    const { status, stderr } = await shell.run("sh", [
      "-c",
      `"$0" "$@" > /dev/full`,
      process.execPath,
      program,
      "check",
      "photos",
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain("standard output: cannot be written: no space left on the disk. [E_DISK_FULL]");
  },
);

/** `rootstock` with somebody at the keyboard who presses Ctrl-C, so many times, when what is printed matches. */
async function interrupted(when: RegExp, times: number, ...words: string[]): Promise<Outcome> {
  const keyboard = `let left = ${times};
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      stream.write = (text) => {
        if (left > 0 && ${String(when)}.test(text)) (left -= 1, process.kill(process.pid, "SIGINT"));
        return write(text);
      };
    }`;
  const preload = `data:text/javascript,${encodeURIComponent(keyboard)}`;
  return await shell.run(process.execPath, ["--import", preload, program, ...words]);
}

/** Photos for seconds of predicting, of which the first line is printed at once. */
const manyPhotos = Array<string>(40).fill("photos");

test("Ctrl-C in predict, evaluate, features and train: exit 130, said in words, nothing half-written", async () => {
  const outcomes = await Promise.all([
    interrupted(/photos/, 1, "predict", "model", ...manyPhotos),
    interrupted(/check images: /, 1, "evaluate", "model", "photos", "--include-training"),
    interrupted(/check images: /, 1, "features", "photos", "--no-cache", "--out", "never.safetensors"),
    interrupted(/check images: /, 1, "train", "photos", "--no-cache", "--out", "never"),
  ]);
  for (const { status, stderr } of outcomes) {
    expect(status).toBe(130);
    expect(stderr).toMatch(/stopping in order.*\n.*\[E_ABORTED\]/s);
    expect(stderr).not.toMatch(/terminate|E_INTERNAL/);
  }
  expect((await readdir(shell.folder)).filter((name) => name.includes("never"))).toEqual([]);
});

test("Ctrl-C a second time ends the process at once, as it ends any program", async () => {
  const { status, signal } = await interrupted(
    /photos|stopping in order/,
    2,
    "predict",
    "model",
    ...manyPhotos,
  );
  expect({ status, signal }).toEqual({ status: null, signal: "SIGINT" });
});
