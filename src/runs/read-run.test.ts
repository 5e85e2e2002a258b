import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sampleRun } from "../../test/fixtures/sample-run.ts";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import { listRuns, readRecipeRow, readRun } from "./read-run.ts";
import { openRunFolder } from "./run-folder.ts";
import { runJsonSchema } from "./run-json-schema.ts";
import type { RunMarker } from "./run-record.ts";

const marker: RunMarker = {
  format: 1,
  id: "2026-01-01T00-00-00-key",
  status: "interrupted",
  key: "key",
  pid: 1,
  host: "elsewhere",
  startedAt: "2026-01-01T00:00:00.000Z",
};

async function put(parent: string, id: string, value: unknown): Promise<void> {
  const path = join(parent, id, "run.json");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
}

test("readRun: gives back what a finished run wrote, keys of a later version passed over", async () => {
  await using folder = await temporaryFolder();
  const record = JSON.parse(JSON.stringify(sampleRun())) as ReturnType<typeof sampleRun>;
  const run = await openRunFolder(folder.path, "key");
  await run.complete(record);
  expect(await readRun(run.path)).toEqual({ ...record, key: "key" });
  await put(folder.path, "later", { ...record, key: "key", mood: "good" });
  expect(await readRun(join(folder.path, "later"))).toEqual({ ...record, key: "key" });
});

test("readRun: a loss that was no longer finite is null in the file and NaN again here", async () => {
  await using folder = await temporaryFolder();
  const record = sampleRun();
  const recipes = record.recipes.map((row) => ("error" in row ? row : { ...row, logLoss: Number.NaN }));
  await put(folder.path, "nan", { ...record, recipes, key: "key" });
  const read = await readRun(join(folder.path, "nan"));
  expect("recipes" in read && read.recipes[0]).toMatchObject({ logLoss: Number.NaN });
});

test.each([
  ["another format", { ...marker, format: 2 }, "format"],
  ["a status that is none", { ...marker, status: "sleeping" }, "status"],
  ["a missing key", { ...marker, key: undefined }, "key"],
  [
    "an accuracy above 1",
    { ...sampleRun(), key: "key", recipes: [{ ...sampleRun().recipes[0], macroF1: 2 }] },
    "recipes.0",
  ],
  ["no JSON", '{"format": 1, "id"', "file"],
])("readRun: %s is E_RUN and named", async (_, value, where) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "one", value);
  await expect(readRun(join(folder.path, "one"))).rejects.toMatchObject({
    code: "E_RUN",
    message: expect.stringContaining(where) as string,
  });
});

test("listRuns: oldest first; what cannot be read is listed with its reason, what is no run is not", async () => {
  await using folder = await temporaryFolder();
  await put(folder.path, "b", marker);
  await put(folder.path, "a", "{");
  await mkdir(join(folder.path, "notes"));
  const runs = await listRuns(folder.path);
  expect(runs).toMatchObject([
    { id: "a", error: { code: "E_RUN" } },
    { id: "b", run: { status: "interrupted" } },
  ]);
  expect(await listRuns(join(folder.path, "nowhere"))).toEqual([]);
});

test("a kept row that does not fit is made again: readRecipeRow gives null", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "svm.json");
  expect(await readRecipeRow(path)).toBeNull();
  const [row] = sampleRun().recipes;
  await writeFile(path, JSON.stringify(row));
  expect(await readRecipeRow(path)).toEqual(row);
  await writeFile(path, JSON.stringify({ ...row, accuracy: "good" }));
  expect(await readRecipeRow(path)).toBeNull();
});

test("docs/run.schema.json is what the schema says today", async () => {
  expect(await readFile("docs/run.schema.json", "utf8")).toBe(runJsonSchema());
});
