import type { Matrix } from "../base/matrix.ts";

/** Rows of each class. Shapes: N labels -> K. */
export function classCounts(labels: Int32Array, classCount: number): Int32Array {
  const counts = new Int32Array(classCount);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** The mean of each column over all rows, in float64. Shapes: N x D -> D. */
export function columnMeans({ rows, columns, data }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) means[j]! += data[i * columns + j]!;
  return means.map((sum) => sum / rows);
}

/** A variance as it is, or 0 below 1e-20 of the mean's square: there it is rounding (float32 neighbours differ by 6e-8). */
export function trueVariance(variance: number, meanSquare: number): number {
  return variance > 1e-20 * meanSquare ? variance : 0;
}
