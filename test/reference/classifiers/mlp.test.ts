import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Matrix, argmax, createMatrix, rowOf } from "../../../src/base/matrix.ts";
import type { FittedClassifier } from "../../../src/classifiers/classifier.ts";
import { layersFrom, layersState } from "../../../src/classifiers/network/layers.ts";
import { mlp } from "../../../src/classifiers/network/mlp.ts";
import { trainLayers } from "../../../src/classifiers/network/train-layers.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { openEngine } from "../../../src/engine/open-engine.ts";
import { openWasmEngine } from "../../../src/engine/open-wasm-engine.ts";
import { asFloat32, floatTensor } from "../../../src/graph/tensor.ts";
import { constantRate } from "../../../src/training/schedule.ts";
import { uniform } from "../../autodiff/seeded-values.ts";

/** Numbers of mlp.py, by PyTorch and scikit-learn. */
const reference = JSON.parse(readFileSync("test/reference/classifiers/mlp.json", "utf8")) as {
  steps: { losses: readonly number[]; parameters: readonly (readonly number[])[] };
  rings: { accuracies: readonly number[] };
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

const [rows, sizes] = [24, [6, 8, 3]];

test("mlp: twenty full-batch steps from given weights are PyTorch's, losses and weights within 2e-5", async () => {
  const start = sizes.slice(1).flatMap((outputs, i) => {
    const shapes = [[outputs, sizes[i]!], [outputs]];
    return shapes.map((dims, j) => floatTensor(dims, uniform(10 * i + j + 1, dims, 0.5)));
  });
  const set = {
    features: createMatrix(rows, 6, uniform(31, [rows, 6], 2)),
    labels: Int32Array.from({ length: rows }, (_, row) => row % 3),
  };
  const fixed = { batchSize: rows, epochs: 20, rate: 0.02, schedule: constantRate, weightDecay: 0.25 };
  const options = { seed: 1, pause: () => undefined };
  const { layers, losses } = await trainLayers(layersFrom(start), set, { ...fixed, engine }, options);
  expect(furthest(losses, reference.steps.losses)).toBeLessThan(2e-5);
  for (const [i, [, tensor]] of layersState(layers).entries())
    expect(furthest([...asFloat32(tensor)], reference.steps.parameters[i]!)).toBeLessThan(2e-5);
});

test("mlp: on rings it is within two points of the mean of five MLPClassifiers, and wasm learns the same", async () => {
  const [training, held] = [ringRows(41, 240), ringRows(42, 400)];
  const fit = async (on: Engine): Promise<FittedClassifier> => {
    const parameters = { epochs: 100, weightDecay: 0.01 };
    const options = { classCount: 2, seed: 1, engine: on };
    return await mlp.fit(training.features, training.labels, parameters, options);
  };
  const fitted = await fit(engine);
  const logits = fitted.logits(held.features);
  const right = held.labels.filter((label, i) => argmax(rowOf(logits, i)) === label).length;
  const { accuracies } = reference.rings;
  const theirs = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
  expect(right / 400).toBeGreaterThan(theirs - 0.02);
  await using wasm = await openWasmEngine();
  const foreign = await fit(wasm);
  const distance = furthest([...foreign.logits(held.features).data], [...logits.data]);
  expect(distance).toBeLessThan(1e-2);
});

/** As `ring_rows` of the Python script: two rings in the first two columns, noise in the others. */
function ringRows(seed: number, count: number): { features: Matrix; labels: Int32Array } {
  const features = createMatrix(count, 6, uniform(seed, [count, 6], 1));
  const labels = Int32Array.from({ length: count }, (_, row) => row % 2);
  for (const [i, label] of labels.entries()) {
    const row = rowOf(features, i);
    const [radius, angle] = [1 + label + 0.4 * row[0]!, Math.PI * row[1]!];
    row.set([radius * Math.cos(angle), radius * Math.sin(angle)]);
  }
  return { features, labels };
}

function furthest(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
}
