import { type Algebra, plainAlgebra } from "../base/algebra.ts";
import { cholesky, solveCholesky } from "../base/linear-algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { centreColumns } from "../classifiers/transforms/centre-columns.ts";

/** What a ridge regression takes. */
export interface RidgeOptions {
  /** λ, above 0. */
  readonly penalty: number;
  readonly algebra?: Algebra | undefined;
}

/**
 * What ridge regressions on the same rows say of these rows, one for each column of targets, rows and targets centred.
 * Shapes: N x D, N x T -> N x T. Witness: scikit-learn's Ridge.
 */
export async function ridgeScores(rows: Matrix, targets: Matrix, options: RidgeOptions): Promise<Matrix> {
  const { algebra = plainAlgebra } = options;
  const { centred } = centreColumns(rows);
  const weights = await ridgeWeights(centred, centreColumns(targets).centred, options);
  return await algebra.multiply(centred, weights);
}

/**
 * The W that minimises ‖XW − Y‖² + λ‖W‖²: (XᵀX + λI)⁻¹ XᵀY = Xᵀ (XXᵀ + λI)⁻¹ Y, by the smaller of the two systems, which is
 * factored once for all columns. Shapes: N x D, N x T -> D x T.
 */
export async function ridgeWeights(
  rows: Matrix,
  targets: Matrix,
  { penalty, algebra = plainAlgebra }: RidgeOptions,
): Promise<Matrix> {
  const across = transposed(rows);
  if (rows.rows <= rows.columns) {
    const gram = await algebra.multiplyTransposed(rows, rows);
    return await algebra.multiply(across, solveShifted(gram, targets, penalty));
  }
  const gram = await algebra.multiplyTransposed(across, across);
  return solveShifted(gram, await algebra.multiply(across, targets), penalty);
}

/** (A + λI)⁻¹ B in float64. Shapes: n x n, n x T -> n x T. */
function solveShifted(gram: Matrix, right: Matrix, penalty: number): Matrix {
  const size = gram.rows;
  const data = Float64Array.from(gram.data);
  for (let i = 0; i < size; i += 1) data[i * size + i]! += penalty;
  const solved = solveCholesky(cholesky({ size, data }), Float64Array.from(right.data));
  return createMatrix(size, right.columns, Float32Array.from(solved));
}

/** Shapes: N x D -> D x N. */
export function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = createMatrix(columns, rows);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out.data[j * rows + i] = data[i * columns + j]!;
  return out;
}
