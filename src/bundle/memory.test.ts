import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMatrix } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { drawMemory, drawRows } from "./draw-memory.ts";
import { type Memory, encodeMemory, memoryFile, readMemory } from "./memory.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rootstock-memory-"))));
afterAll(async () => await rm(folder, { recursive: true }));

const pipeline = {
  transforms: ["l2"],
  classifier: "svm",
  parameters: { C: 1 },
  temperature: 2,
  blocks: [4],
} as const;

/** Rows of three classes, one in ten of the last. */
function memoryOf(rows: number, limit: number): Memory {
  const random = createRandom(5);
  const values = (columns: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, () => random.normal());
  const hashes = Array.from({ length: rows }, (_, i) => i.toString(16).padStart(64, "0"));
  const labels = Int32Array.from({ length: rows }, (_, i) => (i % 10 === 9 ? 2 : i % 2));
  const [features, logits] = [createMatrix(rows, 4, values(4)), createMatrix(rows, 3, values(3))];
  logits.data.fill(Number.NaN, 0, 3);
  return drawMemory(
    { hashes, features, labels, logits, classCount: 3, scores: "inner folds", pipeline },
    { seed: 1, limit },
  );
}

/** A model folder with this file alone. */
async function writeFolder(bytes: Uint8Array | null): Promise<void> {
  const sha256 = "0".repeat(64);
  const record: BundleRecord = {
    format: 1,
    rootstock: "0.1.0",
    createdAt: "2026-01-01T00:00:00.000Z",
    recipe: { name: "svm", summary: "", resolved: {} },
    chosen: {},
    backbones: [],
    labels: ["a", "b", "c"],
    data: { images: 3, digest: sha256, classCounts: [1, 1, 1] },
    seed: 1,
    metrics: null,
    golden: [],
    files: bytes === null ? {} : { [memoryFile]: sha256 },
  };
  await writeFile(join(folder, "rootstock.json"), JSON.stringify(record));
  if (bytes !== null) await writeFile(join(folder, memoryFile), bytes);
}

test.each([
  ["all rows", 40, 100],
  ["a draw", 400, 100],
])("a memory of %s is read from its folder as it was written", async (_, rows, limit) => {
  const memory = memoryOf(rows, limit);
  await writeFolder(encodeMemory(memory));
  expect(await readMemory(folder)).toEqual(memory);
});

test("a folder without a memory says so by null, a damaged file by its path", async () => {
  await writeFolder(null);
  expect(await readMemory(folder)).toBeNull();
  const bytes = encodeMemory(memoryOf(40, 100));
  await writeFolder(bytes.subarray(0, bytes.length - 4));
  await expect(readMemory(folder)).rejects.toMatchObject({ code: "E_BUNDLE" });
  const other = encodeMemory({ ...memoryOf(40, 100), labels: new Int32Array(7) });
  await writeFolder(other);
  await expect(readMemory(folder)).rejects.toThrow(
    `${memoryFile}": expected 40 rows everywhere, got 40, 40, 7.`,
  );
});

test("within the limit every row is kept; beyond it each class by its share, and twenty of a rare one", () => {
  const { hashes, labels, others, features } = memoryOf(1000, 100);
  expect([features.rows, hashes.length, others.hashes.length]).toEqual([100, 100, 900]);
  expect(new Set([...hashes, ...others.hashes]).size).toBe(1000);
  const counts = [0, 1, 2].map((k) => labels.filter((label) => label === k).length);
  expect(counts).toEqual([40, 36, 24]);
  expect(others.labels.filter((label) => label === 2).length).toBe(100 - 24);
});

test("the seed decides the draw", () => {
  const labels = Int32Array.from({ length: 300 }, (_, i) => i % 3);
  const draw = (seed: number): number[] => [...drawRows(labels, 3, { seed, limit: 30 })];
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(1).length).toBe(30);
});

test("the metadata name each row's photo, for readers in other languages", async () => {
  const memory = memoryOf(3, 100);
  await writeFolder(encodeMemory(memory));
  const text = (await readFile(join(folder, memoryFile))).toString("latin1");
  expect(text).toContain(JSON.stringify(JSON.stringify(memory.hashes)));
});
