import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EvaluationResult, evaluateModel, loadModel, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";
import { warningsOf } from "./run-warnings.ts";

// What is shown as accuracy was measured on photos that the model never learnt from.

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: string[]): string => join(folder.path, ...parts);

/** 6 pictures of each class in train/; in test/ 3, of which every "slanted" one is called "down". */
beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("all"), 9);
  for (const label of ["across", "down", "slanted"])
    for (let i = 0; i < 9; i += 1) {
      const split = i < 6 ? "train" : "test";
      const name = i >= 6 && label === "slanted" ? "down" : label;
      await mkdir(at("data", split, name), { recursive: true });
      await cp(at("all", label, `${i}.png`), at("data", split, name, `${label}-${i}.png`));
    }
  await train(at("data"), { recipe: "svm", cache: null, threads: 1, out: at("model") }).result;
});
afterAll(async () => await folder[Symbol.asyncDispose]());

function evaluate(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { cwd: folder.path, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
  return spawnSync(process.execPath, [program, "evaluate", "model", ...words, "--threads", "1"], options);
}

test("evaluate on a folder with train/ and test/ measures test/ alone and says how many it left out", () => {
  const { status, stdout, stderr } = evaluate("data", "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as EvaluationResult;
  expect(result).toMatchObject({ images: 9, trainingImages: 18, includesTraining: false });
  expect(result.accuracy.mean).toBeLessThan(0.8); // a third of the labels in test/ are wrong
  expect(stderr).toContain("the model was trained on 18 of these 27 images: left out");
  expect(stderr).toContain("--include-training");
});

test("evaluate --include-training counts them, and table and stderr say that the figures flatter", () => {
  const { status, stdout, stderr } = evaluate("data", "--include-training");
  expect(status).toBe(0);
  expect(stdout.split("\n")[0]).toContain("27 images, 18 of them trained on");
  expect(stderr).toContain("the figures flatter");
});

test("photos that were all trained on give no figure, whatever their names and folders are", async () => {
  await mkdir(at("renamed"));
  for (const label of ["across", "down"])
    await cp(at("data", "train", label), at("renamed", label), { recursive: true });
  await expect(evaluateModel(at("model"), at("renamed"), { threads: 1 }).result).rejects.toMatchObject({
    code: "E_LEAK",
    message: expect.stringContaining("got 12 images, every one of them trained on"),
  });
});

test("new photos of one class are measured, and nothing is said of rules that only training needs", async () => {
  await cp(at("data", "test", "across"), at("new", "across"), { recursive: true });
  const run = evaluateModel(at("model"), at("new"), { threads: 1 });
  expect(await warningsOf(run)).toEqual([]);
  const { images, perClass, trainingImages } = await run.result;
  expect([images, trainingImages]).toEqual([3, 0]);
  expect(perClass.map(({ label, support }) => [label, support])).toEqual([
    ["across", 3],
    ["down", 0],
    ["slanted", 0],
  ]);
});

test("photos without a label cannot be measured, and the way to label them is named", async () => {
  const flat = at("data", "test", "across");
  await expect(evaluateModel(at("model"), flat, { threads: 1 }).result).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringContaining("expected a picture with a label, got none of 3"),
    hint: expect.stringContaining("name the folder around that one"),
  });
});

test("a model folder that does not tell what it was trained on is measured with a warning", async () => {
  await cp(at("model"), at("old"), { recursive: true });
  await rm(at("old", "training-photos.txt"));
  const path = at("old", "rootstock.json");
  const record = JSON.parse(await readFile(path, "utf8")) as { files: Record<string, string> };
  delete record.files["training-photos.txt"];
  await writeFile(path, JSON.stringify(record));
  const run = evaluateModel(at("old"), at("data"), { threads: 1 });
  expect((await warningsOf(run)).map(({ message }) => message).join()).toContain(
    "does not tell which photos",
  );
  expect(await run.result).toMatchObject({ images: 27, trainingImages: null, includesTraining: false });
});

test("a class that only the holdout has is not offered by the model, which says what it could not learn", async () => {
  await cp(at("data"), at("more"), { recursive: true });
  await mkdir(at("more", "test", "dots"));
  await cp(at("all", "slanted", "8.png"), at("more", "test", "dots", "0.png"));
  await rm(at("more", "test", "down", "slanted-8.png"));
  const run = train(at("more"), { recipe: "softmax", cache: null, threads: 1, out: at("three") });
  const said: string[] = [];
  for await (const event of run) if (event.type === "notice") said.push(event.message);
  expect((await run.result).classes).toEqual(["across", "down", "slanted"]);
  expect(said.join("\n")).toContain('leaves out "dots": there was no photo to learn from');
  await using model = await loadModel(at("three"), { threads: 1 });
  expect(model.record.data.unlearnt).toEqual(["dots"]);
  const { probabilities } = await model.predict(at("all", "down", "0.png"));
  expect(Object.keys(probabilities)).toEqual(["across", "down", "slanted"]);
  expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(await readFile(at("three", "config.json"), "utf8")).not.toContain("dots");
  await expect(evaluateModel(at("three"), at("more"), { threads: 1 }).result).rejects.toMatchObject({
    message: expect.stringContaining('had no photo to learn "dots" from'),
  });
});
