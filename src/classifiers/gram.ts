import { type Algebra, plainAlgebra } from "../base/algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";

/** The Gram matrix XXᵀ of all rows. Shapes: N x D -> N x N. */
export async function gramMatrix(features: Matrix, algebra: Algebra = plainAlgebra): Promise<Matrix> {
  return await algebra.multiplyTransposed(features, features);
}

/** The named rows and columns, copied. Shapes: N x M, n rows, m columns -> n x m. */
export function selectBlock(matrix: Matrix, rows: Int32Array, columns: Int32Array): Matrix {
  const out = createMatrix(rows.length, columns.length);
  for (let i = 0; i < rows.length; i += 1) {
    const from = rows[i]! * matrix.columns;
    const to = i * columns.length;
    for (let j = 0; j < columns.length; j += 1) out.data[to + j] = matrix.data[from + columns[j]!]!;
  }
  return out;
}

/**
 * W = A X: weights over features from coefficients over rows, in float64 sums.
 * Shapes: K x N, N x D -> K x D. Rows with no coefficient (no support vector) cost nothing.
 */
export function combineRows(coefficients: readonly Float64Array[], features: Matrix): Matrix {
  const { rows, columns, data } = features;
  const out = createMatrix(coefficients.length, columns);
  const sum = new Float64Array(columns);
  coefficients.forEach((row, k) => {
    sum.fill(0);
    for (let i = 0; i < rows; i += 1) {
      const factor = row[i]!;
      if (factor === 0) continue;
      for (let j = 0; j < columns; j += 1) sum[j]! += factor * data[i * columns + j]!;
    }
    out.data.set(sum, k * columns);
  });
  return out;
}

/** A v in float64. Shapes: n x m, m -> n. */
export function rowsTimes({ rows, columns, data }: Matrix, vector: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    let sum = 0;
    for (let j = 0; j < columns; j += 1) sum += data[i * columns + j]! * vector[j]!;
    out[i] = sum;
  }
  return out;
}

/** Σⱼ aₖⱼ Kᵢⱼ + bₖ: the logits of rows known by their products with the training rows. Shapes: n x m -> n x K. */
export function scoreRows(
  cross: Matrix,
  coefficients: readonly Float64Array[],
  offsets: ArrayLike<number>,
): Matrix {
  const out = createMatrix(cross.rows, coefficients.length);
  coefficients.forEach((row, k) =>
    rowsTimes(cross, row).forEach((value, i) => (out.data[i * out.columns + k] = value + offsets[k]!)),
  );
  return out;
}
