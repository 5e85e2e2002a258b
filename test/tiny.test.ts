import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as rootstock from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// The whole library on one page, read it first: from a folder of pictures to a model that names new ones. The first
// three tests are the ways that most people go; the rest takes the same way apart, step by step, by public names.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let engine: rootstock.Engine;
beforeAll(async () => {
  folder = await temporaryFolder();
  photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 10); // stripes: "across", "down", "slanted"
  engine = await rootstock.openEngine({ threads: 1 });
});
afterAll(async () => {
  await engine.close();
  await folder[Symbol.asyncDispose]();
});

test("compare tries recipes on the same folds, and its winner names pictures", async () => {
  const out = join(folder.path, "runs");
  const run = rootstock.compare(photos, { recipes: ["svm", "lda"], folds: 3, cache: null, out });
  const stages = new Set<string>();
  for await (const event of run) if (event.type === "progress") stages.add(event.stage);
  const { recipes, winner, verdict, runDirectory } = await run.result;

  expect([...stages]).toEqual(["check images", "features gabor-bank", "lda", "svm"]);
  expect(recipes.map(({ name }) => name)).toEqual(["svm", "lda"]);
  expect(recipes.every(({ foldAccuracies }) => foldAccuracies!.length === 3)).toBe(true);
  expect(recipes.find(({ name }) => name === winner)!.accuracy!.mean).toBeGreaterThan(0.9);
  expect(verdict).toContain(winner);

  await using model = await rootstock.loadModel(join(runDirectory, "model"));
  const { label, probability, probabilities } = await model.predict(join(photos, "down", "0.png"));
  expect(label).toBe("down");
  expect(probability).toBe(probabilities["down"]);
  expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});

test("train writes a model folder, predict goes through a folder, evaluateModel judges by new ones", async () => {
  const out = join(folder.path, "trained");
  const trained = await rootstock.train(photos, { recipe: "bayes", cache: null, out }).result;
  const classes = ["across", "down", "slanted"];
  expect(trained).toMatchObject({ images: 30, classes, backbones: ["gabor-bank"] });

  const run = rootstock.predict(out, [join(photos, "slanted")]);
  const labels: string[] = [];
  for await (const event of run)
    if (event.type === "prediction" && "label" in event.line) labels.push(event.line.label);
  expect(labels.filter((label) => label === "slanted").length).toBeGreaterThanOrEqual(9);
  expect(await run.result).toMatchObject({ images: 10, failed: 0 });

  const more = join(folder.path, "more");
  await writePatternPhotos(more, 12); // the same ten of each class, and two new ones
  const { images, confusion } = await rootstock.evaluateModel(out, more).result;
  expect(images).toBe(6);
  expect(confusion.matrix.flat().reduce((a, b) => a + b)).toBe(6);
});

test("an aborted run ends with an AbortError, leaves a run that is marked, and is continued", async () => {
  const out = join(folder.path, "stopped");
  const stop = new AbortController();
  const options = { recipes: ["lda", "svm"], folds: 3, cache: null, out };
  const run = rootstock.compare(photos, { ...options, signal: stop.signal });
  for await (const event of run)
    if (event.type === "progress" && event.stage === "lda" && event.done === event.total) stop.abort();
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });

  const [id] = await readdir(out);
  const status = async (): Promise<unknown> =>
    (JSON.parse(await readFile(join(out, id!, "run.json"), "utf8")) as { status: unknown }).status;
  expect(await status()).toBe("interrupted");
  await rootstock.compare(photos, options).result;
  expect(await readdir(out)).toEqual([id]);
  expect(await status()).toBe("complete");
});

test("step by step: a manifest, a backbone, features", async () => {
  const health = await rootstock.checkImages(photos);
  expect(health).toMatchObject({ images: 30, skipped: [], duplicates: [] });
  const { features, labels } = await featuresOfPhotos();
  expect([features.matrix.rows, features.matrix.columns]).toEqual([30, 710]);
  expect([...new Set(labels)]).toEqual([0, 1, 2]);
});

test("step by step: a classifier, judged by folds that it has not seen", async () => {
  const { features, labels, manifest } = await featuresOfPhotos();
  const { matrix } = features;
  const method: rootstock.Method = {
    name: "one's own",
    fit: async (rows) => {
      const own = rows.map((row) => labels[row]!);
      const fitted = await rootstock.fitNearestMean(rootstock.selectRows(matrix, rows), own);
      return { chosen: {}, logits: async (held) => fitted.logits(rootstock.selectRows(matrix, held)) };
    },
  };
  const groups = manifest.rows.map(({ group }) => group);
  const folds = rootstock.stratifiedFolds(labels, groups, { folds: 3, seed: 1 });
  const result = await rootstock.crossValidate(method, { labels, classCount: 3, folds, seed: 1 });
  const { accuracy, confusion } = rootstock.scoreLogits(result.outOfFoldLogits, labels);
  expect(accuracy.mean).toBeGreaterThan(0.8);
  expect(confusion.flat().reduce((a, b) => a + b)).toBe(30);
});

test("step by step: a tuned pipeline, one ONNX file with everything inside, a model folder that verifies", async () => {
  const { features, labels, manifest, images, backbone } = await featuresOfPhotos();
  const recipe = (await rootstock.readRecipe("lda")) as rootstock.ClassifierRecipe;
  const spec = { ...recipe, grid: [{ shrinkage: 0.5 }] };
  const pipeline = await rootstock.fitPipeline(features.matrix, labels, spec, { classCount: 3 });
  const network = rootstock.featureModel(backbone, rootstock.resolveLayer(backbone), "avg");
  const { preprocessing, licence, source } = backbone.card;
  const model = rootstock.composeModel([{ preprocessing, features: network }], pipeline.toGraph());

  const out = join(folder.path, "by-hand");
  const { name, sha256 } = backbone;
  const { layer, pooling } = features;
  const facts: rootstock.BundleFacts = {
    recipe: { name: "by hand", summary: recipe.summary, resolved: spec },
    chosen: pipeline.chosen,
    backbones: [{ name, sha256, layer, pooling, licence, source }],
    labels: manifest.classes,
    data: { images: 30, digest: "", classCounts: [10, 10, 10] },
    seed: 0,
    metrics: null,
  };
  const goldenCandidates = images.map(({ path }) => path);
  await rootstock.writeBundle(out, { model, facts, goldenCandidates }, { engine });
  expect(await rootstock.verifyBundle(out, [engine])).toMatchObject({ isMet: true, faults: [] });

  await using loaded = await rootstock.loadModel(out, { engine });
  const [row] = rootstock.softmaxRows(pipeline.logits(features.matrix)).data;
  const { probabilities } = await loaded.predict(images[0]!.path);
  expect(probabilities[manifest.classes[0]!]).toBeCloseTo(row!, 4);
});

/** What every step by step begins with. */
async function featuresOfPhotos() {
  const manifest = await rootstock.readManifest(photos);
  const images = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  const backbone = await rootstock.openBackbone("gabor-bank");
  const cache = join(folder.path, "cache");
  const features = await rootstock.extractFeatures(images, backbone, { engine, cache });
  return { manifest, images, backbone, features, labels: rootstock.classIndices(manifest) };
}
