import { join } from "node:path";
import { expect, test } from "vitest";
import { compare, loadModel, predict, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// The library on one page: from a folder of pictures to a model that names new ones.

test("compare tries recipes on the same folds, and its winner names pictures", async () => {
  await using folder = await temporaryFolder();
  const photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 10);

  const run = compare(photos, {
    recipes: ["svm", "lda"],
    folds: 3,
    cache: null,
    out: join(folder.path, "runs"),
  });
  const stages = new Set<string>();
  for await (const event of run) if (event.type === "progress") stages.add(event.stage);
  const result = await run.result;

  expect([...stages]).toEqual(["check images", "features gabor-bank", "svm", "lda"]);
  expect(result.recipes.map(({ name }) => name)).toEqual(["svm", "lda"]);
  expect(result.recipes.find(({ name }) => name === result.winner)!.accuracy!.mean).toBeGreaterThan(0.9);
  expect(result.verdict).toContain(result.winner);

  await using model = await loadModel(join(result.runDirectory, "model"));
  const { label, probability, probabilities } = await model.predict(join(photos, "down", "0.png"));
  expect(label).toBe("down");
  expect(probability).toBe(probabilities["down"]);
  expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});

test("train writes a model folder, and predict goes through a folder of pictures", async () => {
  await using folder = await temporaryFolder();
  const photos = join(folder.path, "photos");
  const out = join(folder.path, "model");
  await writePatternPhotos(photos, 6);

  const trained = await train(photos, { recipe: "bayes", cache: null, out }).result;
  expect(trained).toMatchObject({
    images: 18,
    classes: ["across", "down", "slanted"],
    backbones: ["gabor-bank"],
  });

  const run = predict(out, [join(photos, "slanted")]);
  const labels: string[] = [];
  for await (const event of run)
    if (event.type === "prediction" && "label" in event.line) labels.push(event.line.label);
  expect(labels.filter((label) => label === "slanted").length).toBeGreaterThanOrEqual(5);
  expect(await run.result).toEqual({ images: 6, failed: 0 });
});

test("an aborted run stops with E_ABORTED or an AbortError and leaves a run that is marked", async () => {
  await using folder = await temporaryFolder();
  const photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 4);
  const controller = new AbortController();
  const run = compare(photos, { cache: null, out: join(folder.path, "runs"), signal: controller.signal });
  controller.abort();
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });
});
