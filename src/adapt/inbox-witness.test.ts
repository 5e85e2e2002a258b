import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { matrixFrom, rowOf, selectRows } from "../base/matrix.ts";
import { binomialTail, clopperPearsonUpper, trialsNeeded } from "./clopper-pearson.ts";
import { groupFrom } from "./k-means.ts";
import { nearTypicality } from "./novelty.ts";
import { fitSoft } from "./propagate/fit-soft.ts";
import { neighbourGraph, spreadLabels } from "./propagate/spread-labels.ts";
import { ridgeScores } from "./ridge-scores.ts";
import { unitRows } from "./unit-rows.ts";

/** Written by test/reference/adapt/inbox.py with SciPy, scikit-learn and NumPy. */
interface Reference {
  readonly upper: readonly (readonly [number, number, number, number])[];
  readonly tail: readonly (readonly [number, number, number, number])[];
  readonly rows: number[][];
  readonly fresh: number[][];
  readonly targets: number[][];
  readonly ridge: number[][];
  readonly weights: number[];
  readonly soft: { readonly coefficients: number[][]; readonly intercept: number[] };
  readonly ownTypicality: number[];
  readonly freshTypicality: number[];
  readonly groups: number[];
  readonly inertia: number;
  readonly given: number[];
  readonly spread: number[][];
}
const reference = JSON.parse(readFileSync("test/reference/adapt/inbox.json", "utf8")) as Reference;
const rows = matrixFrom(reference.rows);
const targets = matrixFrom(reference.targets);
const pause = (): undefined => undefined;

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i += 1) expect(found[i]).toBeCloseTo(expected[i]!, digits);
}

test("Clopper and Pearson's bound and the binomial tail are SciPy's", () => {
  for (const [errors, trials, assurance, bound] of reference.upper)
    expect(clopperPearsonUpper(errors, trials, assurance) / bound).toBeCloseTo(1, 9);
  for (const [k, trials, chance, tail] of reference.tail)
    expect(binomialTail(k, trials, chance) / tail).toBeCloseTo(1, 9);
});

test("149 trials without an error are needed for 2 % with 95 % confidence, 59 for 5 %, 236 where one went wrong", () => {
  expect([trialsNeeded(0, 0.02, 0.95), trialsNeeded(0, 0.05, 0.95), trialsNeeded(1, 0.02, 0.95)]).toEqual([
    149, 59, 236,
  ]);
});

test("ridge scores on more rows than columns, and on fewer, are scikit-learn's and agree", async () => {
  expectClose((await ridgeScores(rows, targets, { penalty: 3 })).data, reference.ridge.flat(), 5);
  const few = selectRows(rows, [0, 1, 2, 3, 4]);
  const wide = matrixFrom(Array.from({ length: 5 }, (_, i) => [...rowOf(few, i), ...rowOf(few, i)]));
  const twice = await ridgeScores(wide, selectRows(targets, [0, 1, 2, 3, 4]), { penalty: 6 });
  const once = await ridgeScores(few, selectRows(targets, [0, 1, 2, 3, 4]), { penalty: 3 });
  expectClose(twice.data, once.data, 5);
});

test("a ridge regression on weighted rows is scikit-learn's", async () => {
  const model = await fitSoft(
    { rows, targets, weights: Float64Array.from(reference.weights) },
    { penalty: 0.3 },
  );
  expectClose(model.weights.data, reference.soft.coefficients.flat(), 5);
  expectClose(model.bias, reference.soft.intercept, 5);
});

test("typicality by the fifth neighbour's distance is that of scikit-learn's neighbours, a row not being its own", async () => {
  const fresh = unitRows(matrixFrom(reference.fresh));
  const found = await nearTypicality(unitRows(rows), fresh, { pause });
  expectClose(found.known, reference.ownTypicality, 12);
  expectClose(found.fresh, reference.freshTypicality, 12);
});

test("k-means from given centres ends in scikit-learn's groups", () => {
  const { groups, inertia } = groupFrom(rows, selectRows(rows, [0, 1, 2, 3]));
  expect([...groups]).toEqual(reference.groups);
  expect(inertia).toBeCloseTo(reference.inertia, 3);
});

test("labels spread over a neighbours' graph are NumPy's closed form", async () => {
  const graph = await neighbourGraph(rows, { k: 5, pause });
  const spread = spreadLabels(graph, Int32Array.from(reference.given), { classCount: 3, rounds: 400 });
  expectClose(spread.data, reference.spread.flat(), 5);
});
