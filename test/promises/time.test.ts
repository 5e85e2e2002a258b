import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// README and help, `compare --time`: what does not fit is left out by name, and nothing else changes.

interface Row {
  readonly name: string;
  readonly foldAccuracies?: readonly number[];
  readonly error?: { readonly code: string; readonly hint: string };
}

let shell: Shell;
let outcome: Outcome;
let rows: readonly Row[];
const words = ["compare", "photos", "--backbone", "gabor-bank", "--recipes", "svm-rbf,lda,bayes"];

beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 6);
  outcome = await shell.rootstock(...words, "--out", "hurried", "--time", "0.001s");
  const [id] = await readdir(join(shell.folder, "hurried"));
  const run = await readFile(join(shell.folder, "hurried", id!, "run.json"), "utf8");
  rows = (JSON.parse(run) as { recipes: Row[] }).recipes;
}, 60_000);
afterAll(async () => await shell[Symbol.asyncDispose]());

test("--time: the cheapest runs whatever it takes, the others keep their rows, and the run is a success", () => {
  expect(outcome.status).toBe(0);
  expect(rows.map(({ name, error }) => [name, error?.code])).toEqual([
    ["svm-rbf", "E_TIME"],
    ["lda", "E_TIME"],
    ["bayes", undefined],
  ]);
});

test("--time: terminal and report name what was left out, and what gives it the time", async () => {
  for (const name of ["svm-rbf", "lda"]) {
    expect(outcome.stderr).toMatch(new RegExp(`^${name} is left out: it would take about `, "m"));
    expect(outcome.stdout).toMatch(new RegExp(`^ +${name} .*left out$`, "m"));
    expect(outcome.stdout).toMatch(new RegExp(`^left out: ${name}\n.*\n +-> --time \\d+m `, "m"));
  }
  expect(outcome.stdout).toMatch(/Nothing is said of svm-rbf and lda/);
  const page = await readFile(
    /^report +(\S+)$/m.exec(outcome.stdout)![1]!.replace(/^/, `${shell.folder}/`),
    "utf8",
  );
  expect(page.match(/Left out: /g)).toHaveLength(2);
});

test("--time: what fits has the same figures as without, in the same places", async () => {
  const { stdout } = await shell.rootstock(...words, "--time", "1h", "--json");
  const whole = (JSON.parse(stdout) as { recipes: Row[] }).recipes;
  expect(whole.map(({ name, error }) => [name, error])).toEqual(rows.map(({ name }) => [name, undefined]));
  expect(whole[2]!.foldAccuracies).toEqual(rows[2]!.foldAccuracies);
});

test.each(["5", "0s", "-3m", "5x", "1h of it", ""])(
  "--time %s is refused with a time that would do",
  async (text) => {
    const { status, stderr } = await shell.rootstock("compare", "photos", `--time=${text}`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/90s, 5m, 1h or 1h30m/);
  },
);

test.each([
  ["a share of it", ["--shard-index", "0", "--shard-count", "2"]],
  ["a queue", ["--queue", "redis://localhost:1"]],
])("--time with %s is refused with what to do instead", async (other, more) => {
  const { status, stderr } = await shell.rootstock(...words, "--time", "5m", ...more);
  expect(status).toBe(2);
  expect(stderr).toContain(`got ${other}`);
  expect(stderr).toContain("--recipes");
});
