import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createMatrix } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import { loadResult, saveResult } from "./result-files.ts";

const folder = await mkdtemp(join(tmpdir(), "rootstock-results-"));
afterAll(async () => await rm(folder, { recursive: true }));

const random = createRandom(6);
const logits = createMatrix(
  50,
  20,
  Float32Array.from({ length: 1000 }, () => random.normal() / 3),
);
const result = { logits, chosen: { C: 1 }, seconds: { fit: 1, predict: 2 } };

test("a kept result is read as it was, to the bit, at less than six bytes a logit", async () => {
  await saveResult(folder, "one", result);
  expect(await loadResult(folder, "one")).toEqual(result);
  const { size } = await stat(join(folder, "results", "one.json"));
  expect(size).toBeLessThan(6 * 1000);
});

test("a kept result that lacks a part of its logits is none, and is kept anew", async () => {
  await saveResult(folder, "two", result);
  const path = join(folder, "results", "two.json");
  const stored = JSON.parse(await readFile(path, "utf8"));
  stored.logits.data = stored.logits.data.slice(0, 400);
  await writeFile(path, JSON.stringify(stored));
  expect(await loadResult(folder, "two")).toBeNull();
  await saveResult(folder, "two", result);
  expect(await loadResult(folder, "two")).toEqual(result);
  expect(await readdir(join(folder, "results"))).toContain("two.json");
});
