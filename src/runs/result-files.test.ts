import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import { matrixFrom } from "../base/matrix.ts";
import { keptAmong, loadResult, saveDone, saveFailure, saveResult } from "./result-files.ts";

const key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const result = (fit: number): Parameters<typeof saveResult>[2] => ({
  logits: matrixFrom([[Math.PI, -1e-30]]),
  chosen: { C: 1 },
  seconds: { fit, predict: 0 },
});

test("saveResult: of those who did the same task the first is kept, and no file is left over", async () => {
  await using folder = await temporaryFolder();
  await Promise.all([1, 2, 3, 4].map(async (fit) => await saveResult(folder.path, key, result(fit))));
  const [first, ...others] = await readdir(join(folder.path, "results"));
  expect(others).toEqual([]);
  const text = await readFile(join(folder.path, "results", first!), "utf8");
  await saveResult(folder.path, key, result(5));
  await saveFailure(folder.path, key, { code: "E_FIT", message: "late", hint: "" });
  expect(await readFile(join(folder.path, "results", first!), "utf8")).toBe(text);
  expect(await loadResult(folder.path, key)).toMatchObject({ logits: result(1).logits, chosen: { C: 1 } });
});

test("saveResult: what is damaged is written anew", async () => {
  await using folder = await temporaryFolder();
  await saveResult(folder.path, key, result(1));
  const [name] = await readdir(join(folder.path, "results"));
  await writeFile(join(folder.path, "results", name!), '{"key":');
  expect(await loadResult(folder.path, key)).toBeNull();
  await saveResult(folder.path, key, result(2));
  expect(await loadResult(folder.path, key)).toMatchObject({ seconds: { fit: 2 } });
});

test("saveFailure: a kept failure comes back as the error that it was", async () => {
  await using folder = await temporaryFolder();
  await saveFailure(folder.path, key, { code: "E_FIT", message: "svm fold 1 of 3: no.", hint: "Try less." });
  const kept = await loadResult(folder.path, key);
  expect(kept).toMatchObject({
    name: "RootstockError",
    code: "E_FIT",
    message: "svm fold 1 of 3: no.",
    hint: "Try less.",
  });
});

test("keptAmong: one look tells which are there, also those whose numbers lie elsewhere", async () => {
  await using folder = await temporaryFolder();
  const other = key.replace("0", "f");
  expect(await keptAmong(folder.path, [key, other])).toEqual(new Set());
  await saveDone(folder.path, other);
  await saveDone(folder.path, other);
  expect(await keptAmong(folder.path, [key, other])).toEqual(new Set([other]));
});
