import { type Algebra, plainAlgebra } from "../base/algebra.ts";
import { cholesky, solveCholesky } from "../base/linear-algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { centreColumns } from "../classifiers/transforms/centre-columns.ts";

/**
 * What ridge regressions on the same rows say of these rows, one for each column of targets:
 * X (XᵀX + λI)⁻¹ Xᵀ Y = K (K + λI)⁻¹ Y with K = XXᵀ, rows and targets centred; the smaller of the two systems is solved,
 * once for all targets. Shapes: N x D, N x T -> N x T. Witness: scikit-learn's Ridge.
 */
export async function ridgeScores(
  rows: Matrix,
  targets: Matrix,
  { penalty, algebra = plainAlgebra }: { penalty: number; algebra?: Algebra | undefined },
): Promise<Matrix> {
  const { centred } = centreColumns(rows);
  const { centred: wanted } = centreColumns(targets);
  if (rows.rows <= rows.columns) {
    const gram = await algebra.multiplyTransposed(centred, centred);
    return await algebra.multiply(gram, solveShifted(gram, wanted, penalty));
  }
  const across = transposed(centred);
  const gram = await algebra.multiplyTransposed(across, across);
  const right = await algebra.multiply(across, wanted);
  return await algebra.multiply(centred, solveShifted(gram, right, penalty));
}

/** (A + λI)⁻¹ B in float64. Shapes: n x n, n x T -> n x T. */
function solveShifted(gram: Matrix, right: Matrix, penalty: number): Matrix {
  const size = gram.rows;
  const data = Float64Array.from(gram.data);
  for (let i = 0; i < size; i += 1) data[i * size + i]! += penalty;
  const solved = solveCholesky(cholesky({ size, data }), Float64Array.from(right.data));
  return createMatrix(size, right.columns, Float32Array.from(solved));
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = createMatrix(columns, rows);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out.data[j * rows + i] = data[i * columns + j]!;
  return out;
}
