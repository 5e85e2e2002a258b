import type { Matrix } from "../base/matrix.ts";

/** Rows of each class. Shapes: N labels -> K. */
export function classCounts(labels: Int32Array, classCount: number): Int32Array {
  const counts = new Int32Array(classCount);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** μₖ, the mean row of each class, in float64, row-major. Shapes: N x D, N labels, K counts -> K x D. */
export function classMeans(features: Matrix, labels: Int32Array, counts: ArrayLike<number>): Float64Array {
  const { rows, columns, data } = features;
  const means = new Float64Array(counts.length * columns);
  for (let i = 0; i < rows; i += 1) {
    const to = labels[i]! * columns;
    for (let j = 0; j < columns; j += 1) means[to + j]! += data[i * columns + j]!;
  }
  for (let at = 0; at < means.length; at += 1) means[at]! /= counts[Math.floor(at / columns)]!;
  return means;
}

/** Σ over the rows of each class of (x − μₖ)², column by column. Shapes: N x D, N labels, K x D -> K x D. */
export function squaredDeviations(features: Matrix, labels: Int32Array, means: Float64Array): Float64Array {
  const { rows, columns, data } = features;
  const sums = new Float64Array(means.length);
  for (let i = 0; i < rows; i += 1) {
    const to = labels[i]! * columns;
    for (let j = 0; j < columns; j += 1) sums[to + j]! += (data[i * columns + j]! - means[to + j]!) ** 2;
  }
  return sums;
}

/** The mean of each column over all rows. Shapes: N x D -> D. */
export function columnMeans(features: Matrix): Float64Array {
  return classMeans(features, new Int32Array(features.rows), [features.rows]);
}

/** A variance as it is, or 0 below 1e-20 of the mean's square: there it is rounding (float32 neighbours differ by 6e-8). */
export function trueVariance(variance: number, meanSquare: number): number {
  return variance > 1e-20 * meanSquare ? variance : 0;
}
