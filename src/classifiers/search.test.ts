import { expect, test } from "vitest";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import { fitPipeline } from "./pipeline.ts";
import type { Classifier, HyperParameters } from "./classifier.ts";
import { nearestMean } from "./neighbours/nearest-mean.ts";
import { linearSvm } from "./svm/linear-svm.ts";

/** Two classes told apart by the first column alone, beside one of huge noise. */
function drawn(rows: number): { features: Matrix; labels: Int32Array } {
  const random = createRandom(2);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 2);
  const data = Float32Array.from({ length: 2 * rows }, (_, at) =>
    at % 2 === 0 ? labels[at >> 1]! + 0.1 * random.normal() : 1000 * random.normal(),
  );
  return { features: createMatrix(rows, 2, data), labels };
}

/** A classifier that notes what it was asked to score. */
function watched(classifier: Classifier, asked: HyperParameters[][]): Classifier {
  return {
    ...classifier,
    outOfFold: async (features, labels, folds, candidates, options) => {
      asked.push([...candidates]);
      return await classifier.outOfFold(features, labels, folds, candidates, options);
    },
  };
}

test("tuning takes the transforms that serve these features, says so, and the delivered function has them", async () => {
  const { features, labels } = drawn(60);
  const spec = { transforms: [], alternatives: [["standardise" as const]], classifier: "nearest-mean" };
  const fitted = await fitPipeline(features, labels, spec, { classCount: 2, seed: 1 });
  expect(fitted.chosen).toMatchObject({ transforms: "standardise" });
  expect(fitted.record.transforms).toEqual(["standardise"]);
  const logits = fitted.logits(features).data;
  const right = labels.filter((label, i) => Number(logits[2 * i + 1]! > logits[2 * i]!) === label);
  expect(right.length).toBe(60);
  const plain = await fitPipeline(
    features,
    labels,
    { ...spec, alternatives: [] },
    { classCount: 2, seed: 1 },
  );
  expect(plain.chosen).not.toHaveProperty("transforms");
});

test("of ways that serve equally the first is taken", async () => {
  const { features, labels } = drawn(60);
  const spec = {
    transforms: ["standardise" as const],
    alternatives: [["standardise" as const, "balance" as const]],
  };
  const fitted = await fitPipeline(
    features,
    labels,
    { ...spec, classifier: nearestMean },
    { classCount: 2, seed: 1 },
  );
  expect(fitted.record.transforms).toEqual(["standardise"]);
});

test("coarse then fine: every way with every other candidate, the best way with that one's neighbours", async () => {
  const { features, labels } = drawn(60);
  const asked: HyperParameters[][] = [];
  const grid = [0.1, 0.3, 1, 3, 10, 30].map((C) => ({ C }));
  const spec = {
    transforms: [],
    alternatives: [["standardise" as const]],
    classifier: watched(linearSvm, asked),
    grid,
  };
  await fitPipeline(features, labels, spec, { classCount: 2, seed: 1 });
  const costs = asked.map((candidates) => candidates.map(({ C }) => C));
  expect(costs.slice(0, 2)).toEqual([
    [0.3, 3, 30],
    [0.3, 3, 30],
  ]);
  expect([[0.1, 1], [1, 10], [10]]).toContainEqual(costs[2]);
});

test("of more than 4,096 rows only the first way is tried, with all candidates", async () => {
  const { features, labels } = drawn(4097);
  const asked: HyperParameters[][] = [];
  const spec = {
    transforms: ["standardise" as const],
    alternatives: [[]],
    classifier: watched(nearestMean, asked),
  };
  const fitted = await fitPipeline(features, labels, spec, { classCount: 2, seed: 1 });
  expect(asked).toEqual([[...nearestMean.grid]]);
  expect(fitted.record.transforms).toEqual(["standardise"]);
});
