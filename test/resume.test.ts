import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compare } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// A stopped comparison goes on where it was, and only where the question is still the same.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("photos"), 9);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** Every picture, three in a row one plant where `isGrouped`. */
async function writeTable({ isGrouped }: { isGrouped: boolean }): Promise<void> {
  const lines = ["across", "down", "slanted"].flatMap((label) =>
    Array.from({ length: 9 }, (_, i) => {
      const group = isGrouped ? `,plant ${Math.floor(i / 3)}` : "";
      return `photos/${label}/${i}.png,${label}${group}`;
    }),
  );
  await writeFile(at("list.csv"), [`file_name,label${isGrouped ? ",group" : ""}`, ...lines].join("\n"));
}

const settings = { recipes: ["svm", "softmax"], folds: 3, threads: 1 };

/** Stopped as soon as `svm` is finished; returns the run's folder. */
async function stopAfterSvm(out: string): Promise<string> {
  const controller = new AbortController();
  const run = compare(at("list.csv"), { ...settings, cache: at("cache"), out, signal: controller.signal });
  for await (const event of run)
    if (event.type === "progress" && event.stage === "softmax") controller.abort();
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });
  const [id] = await readdir(out);
  expect(await readdir(join(out, id!, "parts"))).toContain("svm.json");
  return join(out, id!);
}

test("compare: the same question goes on in the stopped run's folder", async () => {
  await writeTable({ isGrouped: false });
  const stopped = await stopAfterSvm(at("same"));
  const result = await compare(at("list.csv"), { ...settings, cache: at("cache"), out: at("same") }).result;
  expect(result.runDirectory).toBe(stopped);
});

test("compare: groups that came since make it another question, measured anew", async () => {
  await writeTable({ isGrouped: false });
  const stopped = await stopAfterSvm(at("grouped"));
  await writeTable({ isGrouped: true });
  const [second, fresh] = [
    await compare(at("list.csv"), { ...settings, cache: at("cache"), out: at("grouped") }).result,
    await compare(at("list.csv"), { ...settings, cache: at("cache"), out: at("fresh") }).result,
  ];
  expect(second.runDirectory).not.toBe(stopped);
  expect(second.recipes.map(({ foldAccuracies }) => foldAccuracies)).toEqual(
    fresh.recipes.map(({ foldAccuracies }) => foldAccuracies),
  );
  const marker = JSON.parse(await readFile(join(stopped, "run.json"), "utf8")) as { status: string };
  expect(marker.status).toBe("interrupted");
});

test("compare: stopped between two folds, it goes on with the folds that are not done, to the same numbers", async () => {
  await writeTable({ isGrouped: false });
  const asked = { ...settings, recipes: ["lda"], cache: at("cache") };
  const controller = new AbortController();
  const run = compare(at("list.csv"), { ...asked, out: at("folds"), signal: controller.signal });
  for await (const event of run)
    if (event.type === "progress" && event.stage === "lda" && event.done === 2) controller.abort();
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });
  const worked: unknown[] = [];
  const second = await compare(at("list.csv"), {
    ...asked,
    out: at("folds"),
    executor: async function* (tasks, work) {
      worked.push(...tasks.map(({ fold }) => fold));
      for (const task of tasks) yield await work(task);
    },
  }).result;
  const fresh = await compare(at("list.csv"), { ...asked, out: at("fresh-folds") }).result;
  expect(worked).toEqual([3]);
  expect(second.recipes[0]!.foldAccuracies).toEqual(fresh.recipes[0]!.foldAccuracies);
  expect(await readdir(second.runDirectory)).not.toContain("parts");
});
