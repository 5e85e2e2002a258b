import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunRecord } from "../../src/runs/run-record.ts";
import { type Outcome, type Shell, openShell } from "../fixtures/command-line.ts";
import { writePatternPhotos } from "../pattern-photos.ts";

// docs/comparing.md: one test decides, copies do not flatter, a locked test set, and photos of none of the classes.

let shell: Shell;
let first: Outcome;
let second: Outcome;
let records: RunRecord[];
const words = [
  "compare",
  "photos",
  "--recipes",
  "lda,bayes,twice.yaml",
  "--folds",
  "3",
  "--lock-test",
  "0.25",
];

beforeAll(async () => {
  shell = await openShell();
  const photos = join(shell.folder, "photos");
  await writePatternPhotos(photos, 14);
  const copies = [
    ["across/0.png", "across/mirror.jpg", (one: Sharp) => one.flop().jpeg({ quality: 80 })],
    ["down/1.png", "down/brighter.png", (one: Sharp) => one.modulate({ brightness: 1.2 }).png()],
  ] as const;
  for (const [from, to, change] of copies) await change(sharp(join(photos, from))).toFile(join(photos, to));
  const twice = "version: 1\nname: twice\nsummary: Measured in two rounds.\nclassifier: ridge\nrepeats: 2\n";
  await writeFile(join(shell.folder, "twice.yaml"), twice);
  first = await shell.rootstock(...words);
  second = await shell.rootstock(...words, "--repeats", "2");
  const ids = (await readdir(join(shell.folder, "runs"))).sort();
  records = await Promise.all(
    ids.map(
      async (id) =>
        JSON.parse(await readFile(join(shell.folder, "runs", id, "run.json"), "utf8")) as RunRecord,
    ),
  );
  records.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}, 120_000);
afterAll(async () => await shell[Symbol.asyncDispose]());

const roundsOf = ({ recipes }: RunRecord): Record<string, unknown> =>
  Object.fromEntries(
    recipes.map((row) => [row.name, "error" in row ? row.error : [row.repeats, row.foldAccuracies.length]]),
  );

test("repeats in a recipe and --repeats: rounds of the cross-validation, the first the same as without", () => {
  expect([first.status, second.status]).toEqual([0, 0]);
  expect(roundsOf(records[0]!)).toMatchObject({ lda: [1, 3], bayes: [1, 3], twice: [2, 6] });
  expect(roundsOf(records[1]!)).toMatchObject({ lda: [2, 6], bayes: [2, 6], twice: [2, 6] });
  const [one, two] = records.map(({ recipes }) => recipes.find(({ name }) => name === "bayes")!);
  if ("error" in one! || "error" in two!) throw new Error("bayes failed");
  expect(two!.foldAccuracies.slice(0, 3)).toEqual(one!.foldAccuracies);
  expect(two!.predictions).toEqual(one!.predictions);
});

test("every pair of recipes is in run.json under the deciding test, and the report shows the matrix", async () => {
  const { pairs = [], id, recipes } = records[1]!;
  const count = recipes.length;
  expect(pairs).toHaveLength((count * (count - 1)) / 2);
  for (const { repeats, pValue, adjustedP, mcNemar } of pairs) {
    expect(repeats).toBe(2);
    expect(adjustedP).toBeGreaterThanOrEqual(pValue);
    expect(mcNemar.pValue).toBeLessThanOrEqual(1);
  }
  const page = await readFile(join(shell.folder, "runs", id, "report.html"), "utf8");
  expect(page).toContain("Which differences count");
  expect(page).toContain(`${pairs[0]!.a} against ${pairs[0]!.b}`);
});

test("what a model costs stands beside its accuracy: megabytes, seconds of one photo", () => {
  for (const row of records[0]!.recipes)
    if (!("error" in row)) {
      expect(row.megabytes).toBeGreaterThan(0);
      expect(row.seconds.onePhoto).toBeGreaterThan(0);
    }
});

test("near-duplicates are kept together, told, and their price is in the record", async () => {
  const { images, leak } = records[0]!;
  const groupOf = (path: string): string | null => images.find((image) => image.path === path)!.group;
  expect(groupOf("across/mirror.jpg")).not.toBeNull();
  expect(groupOf("across/mirror.jpg")).toBe(groupOf("across/0.png"));
  expect(groupOf("down/brighter.png")).toBe(groupOf("down/1.png"));
  expect(leak === null || leak!.images >= 2).toBe(true);
  const { stdout } = await shell.rootstock("check", "photos", "--json");
  expect((JSON.parse(stdout) as { nearDuplicates: string[][] }).nearDuplicates).toEqual([
    ["across/0.png", "across/mirror.jpg"],
    ["down/1.png", "down/brighter.png"],
  ]);
  expect((await shell.rootstock("check", "photos")).stdout).toContain('"across/0.png", "across/mirror.jpg"');
});

test("--lock-test keeps photos aside by content, scores them at the end, and counts the looks", async () => {
  const [one, two] = records;
  expect([one!.lockedTest?.looks, two!.lockedTest?.looks]).toEqual([1, 2]);
  const locked = one!.images.filter(({ split }) => split === "test");
  expect(locked).toHaveLength(one!.lockedTest!.images);
  expect(locked.every(({ fold }) => fold === -1)).toBe(true);
  expect(first.stdout).toMatch(/locked test set: \d+ photos kept aside, looked at once/);
  expect(second.stdout).toContain("looked at 2 times");
  expect(one!.command).toContain("--lock-test 0.25");
});

test("predict --unknown keeps at least the promised share of the classes' photos, and may name none", async () => {
  const model = `runs/${records[0]!.id}/model`;
  const { status, stdout } = await shell.rootstock(
    "predict",
    model,
    "photos/across",
    "--unknown-keep",
    "0.8",
    "--json",
  );
  expect(status).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const { label, isUnknown, nearest } of lines)
    expect(label).toBe(isUnknown === true ? "unknown" : nearest);
  const noise = Buffer.from(Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * i * 7919) % 251));
  await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(join(shell.folder, "other.png"));
  expect((await shell.rootstock("predict", model, "other.png")).stdout).not.toContain("isUnknown");
  const promised = await shell.rootstock("predict", model, "other.png", "--unknown-keep", "0.99");
  expect(promised.status).toBe(2);
  expect(promised.stderr).toMatch(/held-out photos that promise to keep 0\.99 .*\[E_OPTION\]/s);
  await rm(join(shell.folder, "other.png"));
});

test("a mistake in a recipe file: file, line, key, what was expected, nearest word", async () => {
  await writeFile(
    join(shell.folder, "slip.yaml"),
    "version: 1\nname: slip\nsummary: A slip.\nclassifier: sofmax\npoolng: avg\n",
  );
  const { status, stderr } = await shell.rootstock("compare", "photos", "--recipes", "slip.yaml");
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /slip\.yaml: line 4, classifier: expected one of .* got "sofmax", did you mean "softmax"\?/,
  );
  expect(stderr).toMatch(/line 5, poolng: unknown key, .* did you mean "pooling"\?/);
});
