import { afterAll, beforeAll, expect, test } from "vitest";
import { type Matrix, argmax, createMatrix, rowOf } from "../src/base/matrix.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { prepareImage } from "../src/features/prepare-image.ts";
import { fineTuneMethod } from "../src/finetune/fine-tune-method.ts";
import type { FittedNetwork, NetworkData } from "../src/finetune/network-data.ts";
import { createModel } from "../src/graph/create-model.ts";
import { chainGraphs } from "../src/graph/edit/join-graphs.ts";
import { preprocessingGraph } from "../src/graph/preprocessing-graph.ts";
import { asFloat32 } from "../src/graph/tensor.ts";
import { parseRecipe } from "../src/recipes/read-recipe.ts";
import type { FineTuneRecipe } from "../src/recipes/recipe.ts";
import { layeredBackbone } from "./fixtures/layered-backbone.ts";
import { stripePictures } from "./fixtures/stripe-pictures.ts";
import { temporaryFolder } from "./pattern-photos.ts";

// Fine-tuning by its contract, on drawn pictures: it learns, and what is exported is what was measured.

let engine: Engine;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: NetworkData;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await temporaryFolder();
  const { pictures, labels } = await stripePictures(folder.path, 20);
  const groups = pictures.map(() => undefined);
  const place = { backbone: layeredBackbone({}, 32), layer: "pool", pooling: "avg" } as const;
  data = { ...place, pictures, labels, groups, classCount: 3, engine, cache: null };
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const all = Int32Array.from({ length: 60 }, (_, row) => row);
const held = all.filter((row) => row % 5 === 0);
const training = all.filter((row) => row % 5 !== 0);

async function fineTune(settings: string): Promise<FittedNetwork> {
  const text = `{ version: 1, kind: fine-tune, name: tried, summary: Tried., ${settings} }`;
  const recipe = (await parseRecipe(text, "test")) as FineTuneRecipe;
  return await fineTuneMethod("tried", recipe, data).fit(training, { seed: 1 });
}

function accuracy(logits: Matrix): number {
  return held.filter((row, i) => argmax(rowOf(logits, i)) === data.labels[row]).length / held.length;
}

/** The delivered parts on one picture after the other, from the file on. */
async function exported({ preprocessing, features, head }: FittedNetwork): Promise<Matrix> {
  await using prepare = await engine.load(createModel(preprocessingGraph(preprocessing)));
  const whole = chainGraphs(features.graph, head, { features: "features" });
  await using network = await engine.load(createModel(whole));
  const logits: number[] = [];
  for (const row of held) {
    const pixels = await prepareImage(data.pictures[row]!, prepare, {});
    const results = await network.run({ [whole.inputs[0]!.name]: pixels });
    logits.push(...asFloat32(results["logits"]!));
  }
  return createMatrix(held.length, 3, Float32Array.from(logits));
}

for (const settings of [
  "freezeTo: conv1, views: 1, epochs: 12, rate: 0.005",
  "freezeTo: conv1, views: 1, epochs: 20, batchSize: 8, rate: 0.005, head: [32], mixup: 0.2",
  "freezeTo: none, epochs: 12, batchSize: 8, rate: 0.005, mixup: 0.2, labelSmoothing: 0.1",
])
  test(`fine-tune, ${settings}: learns drawn stripes, and the exported network gives the same logits`, async () => {
    const fitted = await fineTune(settings);
    const logits = await fitted.logits(held);
    expect(accuracy(logits)).toBeGreaterThan(0.8);
    const foreign = await exported(fitted);
    const worst = Math.max(...logits.data.map((logit, i) => Math.abs(logit - foreign.data[i]!)));
    expect(worst).toBeLessThan(1e-4);
  });
