import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { LinearModel } from "../../classifiers/linear-model.ts";
import { type RidgeOptions, ridgeWeights, transposed } from "../ridge-scores.ts";

/** Rows with what is wanted of them, and what each counts. */
export interface SoftRows {
  /** Shape: N x D. */
  readonly rows: Matrix;
  /** Shares of the classes. Shape: N x K. */
  readonly targets: Matrix;
  /** What each row counts. Shape: N. */
  readonly weights: Float64Array;
}

/**
 * A ridge regression on weighted rows: minimises Σ wᵢ ‖xᵢW + b − tᵢ‖² + λ‖W‖², b free.
 * Witness: scikit-learn's Ridge with sample weights.
 */
export async function fitSoft(
  { rows, targets, weights }: SoftRows,
  options: RidgeOptions,
): Promise<LinearModel> {
  const [means, middle] = [weightedMeans(rows, weights), weightedMeans(targets, weights)];
  const solved = await ridgeWeights(rooted(rows, means, weights), rooted(targets, middle, weights), options);
  const model = transposed(solved);
  const bias = middle.map(
    (value, k) => value - rowOf(model, k).reduce((sum, w, j) => sum + w * means[j]!, 0),
  );
  return { weights: model, bias: Float32Array.from(bias) };
}

/** √w (x − m), row by row. */
function rooted({ rows, columns, data }: Matrix, means: Float64Array, weights: Float64Array): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value, at) => Math.sqrt(weights[Math.floor(at / columns)]!) * (value - means[at % columns]!)),
  );
}

function weightedMeans({ columns, data }: Matrix, weights: Float64Array): Float64Array {
  const sums = new Float64Array(columns);
  data.forEach((value, at) => (sums[at % columns]! += weights[Math.floor(at / columns)]! * value));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return sums.map((sum) => sum / total);
}
