import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyNames, drawPickle, forgePickle, wrappingNames } from "./pickle-forge.ts";

interface Outcome {
  readonly code: string;
  /** Characters of message and hint. */
  readonly length: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const refusals = ["E_PICKLE", "E_PICKLE_GLOBAL", "E_WEIGHTS", "E_ZIP", "E_FILE"];
const folder = await mkdtemp(join(tmpdir(), "rootstock-pickles-"));
const path = join(folder, "attack.pth");
let child: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;

beforeAll(() => {
  child = spawn(process.execPath, ["--expose-gc", join(import.meta.dirname, "open-in-child.js")]);
  answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
});
afterAll(async () => {
  child.kill();
  await rm(folder, { recursive: true });
});

async function open(bytes: Uint8Array): Promise<Outcome> {
  await writeFile(path, bytes);
  child.stdin.write(`${path}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error("the child that opens the files has died");
  return JSON.parse(value) as Outcome;
}

/** 2 s of processor time and 300 MB for a file of any kind; the process has read all files before it too. */
function requireCheap(what: string, outcome: Outcome): void {
  expect(refusals, what).toContain(outcome.code);
  expect(outcome.milliseconds, what).toBeLessThan(2000);
  expect(outcome.megabytes, what).toBeLessThan(300);
  expect(outcome.length, what).toBeLessThan(2000);
}

test.each(bodyNames)("a pickle of %s costs at most 2 s and 300 MB wherever it stands", async (body) => {
  for (const wrapping of wrappingNames)
    requireCheap(`${body} ${wrapping}`, await open(forgePickle(body, wrapping, Infinity)));
});

// ROOTSTOCK_PICKLES=2000 for the long run
const count = Number(process.env["ROOTSTOCK_PICKLES"] ?? 40);

test(`${count} drawn pickles are refused within 2 s and 300 MB each`, { timeout: 3_600_000 }, async () => {
  for (let seed = 1; seed <= count; seed += 1) requireCheap(`seed ${seed}`, await open(drawPickle(seed)));
});
