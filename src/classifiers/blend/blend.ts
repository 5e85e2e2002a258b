import { type Matrix, createMatrix, rowOf, softmaxRows } from "../../base/matrix.ts";
import { fitTemperature } from "../temperature.ts";
import { greedyWeights } from "./greedy-weights.ts";

/** How much each member's probabilities count, and the temperature of what they come to. */
export interface Blend {
  /** One for each member, in their order; they sum to 1. */
  readonly weights: readonly number[];
  readonly temperature: number;
}

/** Probabilities below this are taken for it, so that the logarithm is finite; the delivered graph does the same. */
export const leastBlended = 1e-12;

/**
 * Chooses weights and temperature on the rows named, from logits of members that had not learnt from these rows.
 * Means of calibrated probabilities are too careful, hence the temperature. Shapes: M of N x K, N, n.
 */
export function fitBlend(members: readonly Matrix[], labels: Int32Array, rows: Int32Array): Blend {
  const weights = greedyWeights(
    members.map((logits) => softmaxRows(logits)),
    labels,
    rows,
  );
  const logits = blendLogits(members, { weights, temperature: 1 });
  return { weights, temperature: fitTemperature(logits, labels, rows) };
}

/** log Σ wₘ softmax(zₘ) / T: logits whose softmax at T = 1 is the weighted mean. Shapes: M of N x K -> N x K. */
export function blendLogits(members: readonly Matrix[], { weights, temperature }: Blend): Matrix {
  const { rows, columns } = members[0]!;
  const sum = new Float64Array(rows * columns);
  for (const [m, logits] of members.entries())
    if (weights[m]! > 0) softmaxRows(logits).data.forEach((value, at) => (sum[at]! += weights[m]! * value));
  const data = Float32Array.from(sum, (value) => Math.log(Math.max(leastBlended, value)) / temperature);
  return createMatrix(rows, columns, data);
}

/**
 * Logits of rows that a cross-validation held out, blended as honestly as its other figures: the weights for a fold are
 * chosen on the rows that the other folds held out. Shapes: M members, each F folds of nᶠ x K -> F of nᶠ x K.
 */
export function blendFolds(
  members: readonly (readonly Matrix[])[],
  labels: Int32Array,
  tests: readonly Int32Array[],
): { readonly folds: readonly (Blend & { readonly logits: Matrix })[]; readonly whole: Blend } {
  const joined = members.map((folds) => joinFolds(folds, tests, labels.length));
  const rowsBut = (left: number): Int32Array =>
    Int32Array.from(tests.flatMap((test, f) => (f === left ? [] : [...test]))).sort();
  return {
    folds: tests.map((_, f) => {
      const blend = fitBlend(joined, labels, rowsBut(f));
      return {
        ...blend,
        logits: blendLogits(
          members.map((folds) => folds[f]!),
          blend,
        ),
      };
    }),
    whole: fitBlend(joined, labels, rowsBut(-1)),
  };
}

/** Rows in no fold stay 0 and are not looked at. */
function joinFolds(folds: readonly Matrix[], tests: readonly Int32Array[], rows: number): Matrix {
  const out = createMatrix(rows, folds[0]!.columns);
  for (const [f, test] of tests.entries())
    test.forEach((row, i) => out.data.set(rowOf(folds[f]!, i), row * out.columns));
  return out;
}
