import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Matrix, argmax, createMatrix, rowOf, softmaxRows } from "../../../src/base/matrix.ts";
import { classifierTable } from "../../../src/classifiers/classifier-table.ts";
import type { HyperParameters } from "../../../src/classifiers/classifier.ts";
import { interleavedFolds } from "../../../src/classifiers/conformance/labelled-features.ts";
import { uniform } from "../../autodiff/seeded-values.ts";

// Five folds from one pass over rows near 1000, against scikit-learn fitted to each fold's own rows by folds.py.

const reference = JSON.parse(readFileSync("test/reference/classifiers/folds.json", "utf8")) as {
  readonly bayes: number[][];
  readonly lda: number[][];
  readonly ridge: number[][];
  readonly nearestMean: number[];
};

const [rows, columns] = [150, 8];
const noise = uniform(51, [rows, columns], 1);
const centres = uniform(52, [3, columns], 1);
const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
const features = createMatrix(
  rows,
  columns,
  noise.map((value, at) => {
    const [label, j] = [labels[Math.floor(at / columns)]!, at % columns];
    return 1000 + (value * (label === 2 ? 1.5 : 0.5) + centres[label * columns + j]!) * 2 * 0.5 ** j;
  }),
);

async function outOfFold(name: string, parameters: HyperParameters): Promise<Matrix> {
  const folds = interleavedFolds(rows);
  const { [name]: classifier } = classifierTable;
  const [scores] = await classifier!.outOfFold(features, labels, folds, [parameters], { classCount: 3 });
  return scores!;
}

/** Largest difference as a share of the expected numbers' range. */
function difference(actual: ArrayLike<number>, expected: readonly number[][]): number {
  const flat = expected.flat();
  const worst = flat.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[at]!)), 0);
  return worst / (Math.max(...flat) - Math.min(...flat));
}

test("bayes: GaussianNB's joint log-likelihoods of the rows held out, as near as float32 means at 1000 allow", async () => {
  const scores = await outOfFold("bayes", { shrinkage: 0 });
  expect(difference(scores.data, reference.bayes)).toBeLessThan(5e-4);
});

test("lda, automatic: scikit-learn's log probabilities of the rows held out, to 1e-6 of their range", async () => {
  const scores = await outOfFold("lda", { shrinkage: "auto" });
  const probabilities = softmaxRows(scores);
  const logs = Array.from({ length: rows }, (_, i) => {
    const top = argmax(rowOf(probabilities, i));
    const shift = Math.log(rowOf(probabilities, i)[top]!) - rowOf(scores, i)[top]!;
    return Array.from(rowOf(scores, i), (value) => value + shift);
  });
  expect(difference(logs.flat(), reference.lda)).toBeLessThan(1e-6);
});

test("ridge: RidgeClassifier's decision values of the rows held out, to 1e-6 of their range", async () => {
  const scores = await outOfFold("ridge", { alpha: 0.5 });
  expect(difference(scores.data, reference.ridge)).toBeLessThan(1e-6);
});

test("nearest-mean: NearestCentroid's predictions of the rows held out", async () => {
  const scores = await outOfFold("nearest-mean", {});
  expect(Array.from(labels, (_, i) => argmax(rowOf(scores, i)))).toEqual(reference.nearestMean);
});
