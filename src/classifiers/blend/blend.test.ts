import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Matrix, createMatrix, matrixFrom, rowOf, selectRows, softmaxRows } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { negativeLogLikelihood } from "../temperature.ts";
import { blendFolds, blendLogits, fitBlend } from "./blend.ts";
import { greedyWeights } from "./greedy-weights.ts";

interface Reference {
  readonly labels: number[];
  readonly logits: number[][][];
  readonly weights: number[];
}
const reference = JSON.parse(readFileSync("test/reference/blend/weights.json", "utf8")) as Reference;

/** Members whose logits at the label are so far above noise. Shapes: M x (N x 3). */
function drawn(strengths: readonly number[], labels: Int32Array, seed: number): Matrix[] {
  const random = createRandom(seed);
  return strengths.map((strength) => {
    const logits = createMatrix(labels.length, 3);
    logits.data.forEach((_, at) => {
      const isLabel = labels[Math.floor(at / 3)] === at % 3;
      logits.data[at] = random.normal() + (isLabel ? strength : 0);
    });
    return logits;
  });
}

const labels = Int32Array.from({ length: 300 }, (_, i) => i % 3);
const tests = [0, 1, 2, 3, 4].map((f) => Int32Array.from(labels.keys()).filter((i) => i % 5 === f));
const apart = (members: readonly Matrix[]): Matrix[][] =>
  members.map((logits) => tests.map((held) => selectRows(logits, held)));

test("greedyWeights: the weights are those of the same selection in NumPy", () => {
  const members = reference.logits.map((logits) => softmaxRows(matrixFrom(logits)));
  const weights = greedyWeights(members, reference.labels, [...reference.labels.keys()]);
  weights.forEach((weight, m) => expect(weight).toBeCloseTo(reference.weights[m]!, 12));
});

test("greedyWeights: they sum to 1, noise has no part, and two that know different things share", () => {
  const weights = greedyWeights(
    drawn([2, 0, 2], labels, 3).map((logits) => softmaxRows(logits)),
    labels,
    [...labels.keys()],
  );
  expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(weights[1]).toBeLessThan(0.05);
  expect(Math.min(weights[0]!, weights[2]!)).toBeGreaterThan(0.25);
});

test("fitBlend: its log loss on the rows that chose it is no higher than any member's, and other rows are not looked at", () => {
  const members = drawn([1.5, 1, 0.5], labels, 5);
  const rows = tests.slice(1).flatMap((held) => [...held]);
  const blend = fitBlend(members, labels, Int32Array.from(rows));
  const lossOf = (logits: Matrix): number =>
    negativeLogLikelihood(logits, labels, { rows: Int32Array.from(rows), temperature: 1 });
  for (const member of members)
    expect(lossOf(blendLogits(members, blend))).toBeLessThanOrEqual(lossOf(member) + 1e-6);
  const holed = members.map(({ rows: count, columns, data }) =>
    createMatrix(
      count,
      columns,
      data.map((value, at) => (tests[0]!.includes(Math.floor(at / 3)) ? Number.NaN : value)),
    ),
  );
  expect(fitBlend(holed, labels, Int32Array.from(rows))).toEqual(blend);
});

test("blendLogits: the softmax is the weighted mean of the members' probabilities, and a class of no probability stays finite", () => {
  const members = drawn([1, 1], labels, 8);
  const [first, second] = members.map((logits) => softmaxRows(logits));
  const mean = softmaxRows(blendLogits(members, { weights: [0.25, 0.75], temperature: 1 }));
  mean.data.forEach((value, at) =>
    expect(value).toBeCloseTo(0.25 * first!.data[at]! + 0.75 * second!.data[at]!, 5),
  );
  const sure = [matrixFrom([[0, 1000, 0]])];
  expect([...blendLogits(sure, { weights: [1], temperature: 1 }).data].every(Number.isFinite)).toBe(true);
});

test("blendFolds: what a fold is answered does not depend on its own labels", () => {
  const members = apart(drawn([1.2, 1, 0.8, 0], labels, 11));
  const before = blendFolds(members, labels, tests);
  for (const [f, held] of tests.entries()) {
    const other = labels.map((label, i) => (held.includes(i) ? (label + 1) % 3 : label));
    const after = blendFolds(members, other, tests);
    expect(after.folds[f]).toEqual(before.folds[f]);
    expect(after.whole).not.toEqual(before.whole);
  }
});

test("blendFolds: of many recipes that know nothing its accuracy stays at chance", () => {
  const accuracies = Array.from({ length: 30 }, (_, seed) => {
    const { folds } = blendFolds(apart(drawn(Array<number>(12).fill(0), labels, 100 + seed)), labels, tests);
    const right = folds.flatMap(({ logits }, f) =>
      Array.from(tests[f]!, (row, i) => {
        const scores = rowOf(logits, i);
        return Number(scores.indexOf(Math.max(...scores)) === labels[row]);
      }),
    );
    return right.reduce((a, b) => a + b, 0) / right.length;
  });
  const mean = accuracies.reduce((a, b) => a + b, 0) / accuracies.length;
  expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.015); // its standard error is 0.005
});
