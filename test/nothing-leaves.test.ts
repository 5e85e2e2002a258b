import { spawnSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell, program } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// README: "no upload". The runtime under us keeps a telemetry store from its first session on and sends it once a
// process has lived for half a minute; a run that leaves no store has nothing to send.

const library = pathToFileURL(join(process.cwd(), "dist", "src", "index.js")).href;

/** Opens an engine, multiplies, closes. */
const libraryCode = `
  const { openEngine } = await import(${JSON.stringify(library)});
  const engine = await openEngine({ threads: 1 });
  const one = { rows: 1, columns: 1, data: new Float32Array([2]) };
  console.log((await engine.algebra.multiply(one, one)).data[0]);
  await engine[Symbol.asyncDispose]();`;

/** The same in a worker thread of the caller's own, whose environment is a copy. */
const workerCode = `
  import { Worker } from "node:worker_threads";
  new Worker(\`import("data:text/javascript," + \${JSON.stringify(encodeURIComponent(${JSON.stringify(libraryCode)}))})\`, { eval: true });`;

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 4);
});
afterAll(async () => await shell[Symbol.asyncDispose]());

/** Files that nobody asked for. */
async function strayFiles(): Promise<string[]> {
  const entries = await readdir(shell.home, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

const evaluateCode = async (code: string): Promise<Outcome> =>
  await shell.run(process.execPath, ["--input-type=module", "-e", code]);

test("a library process leaves nothing in the user's folders, from the main thread or a worker of its own", async () => {
  const outcomes = await Promise.all([evaluateCode(libraryCode), evaluateCode(workerCode)]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 0, stdout: "4\n", stderr: "" });
  expect(await strayFiles()).toEqual([]);
});

/** Whether system calls can be watched here. */
const canTrace = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
if (!canTrace) console.warn("strace is not there: sockets are not watched.");

const traced = async (name: string, words: readonly string[]): Promise<Outcome> =>
  await shell.run("strace", ["-f", "-e", "trace=network", "-o", name, process.execPath, ...words]);

/** Calls that leave the machine or ask where to; pairs of pipes within a process are none. */
async function networkCalls(name: string): Promise<string[]> {
  const lines = (await readFile(join(shell.folder, name), "utf8")).split("\n");
  return lines.filter((line) =>
    /\bsocket\(AF_(?!UNIX)|\bconnect\(|\bsend(to|msg|mmsg)\(.*AF_INET/.test(line),
  );
}

test.skipIf(!canTrace)("the watch sees a connection where there is one", async () => {
  await traced("connect.net", ["-e", `require("node:net").connect(9, "127.0.0.1").on("error", () => {})`]);
  expect(await networkCalls("connect.net")).not.toEqual([]);
});

test("train, compare, predict and verify write into cache, run and model folder alone, and open no socket", async () => {
  const run = async (name: string, ...words: string[]): Promise<void> => {
    const outcome = canTrace ? await traced(name, [program, ...words]) : await shell.rootstock(...words);
    expect(outcome).toMatchObject({ status: 0 });
    if (canTrace) expect(await networkCalls(name)).toEqual([]);
  };
  await run("train.net", "train", "photos", "--recipe", "lda", "--out", "model");
  await Promise.all([
    run("compare.net", "compare", "photos", "--recipes", "lda", "--folds", "2"),
    run("predict.net", "predict", "model", "photos"),
    run("verify.net", "verify", "model"),
  ]);
  expect(await strayFiles()).toEqual([]);
  const present = (await readdir(shell.folder)).filter((name) => !name.endsWith(".net"));
  expect(present.sort()).toEqual(["cache", "home", "model", "photos", "runs"]);
});
