import { RootstockError } from "./errors.ts";

/** A square symmetric matrix in float64, row-major: entry (i, j) is `data[i * size + j]`. */
export interface SquareMatrix {
  readonly size: number;
  readonly data: Float64Array;
}

/**
 * The lower triangle L with A = L Lᵀ; only the lower triangle of A is read.
 * Row by row (Cholesky-Banachiewicz): every inner product runs over two contiguous rows.
 * Throws E_FIT when A is not positive definite in float64.
 */
export function cholesky({ size, data }: SquareMatrix): SquareMatrix {
  const lower = new Float64Array(size * size);
  const wholeRows = size - (size % 4);
  for (let i = 0; i < wholeRows; i += 4) {
    for (let j = 0; j < i; j += 1) eliminateFour(lower, data, { size, i, j });
    for (let row = i; row < i + 4; row += 1) finishRow(lower, data, { size, row, from: i });
  }
  for (let row = wholeRows; row < size; row += 1) finishRow(lower, data, { size, row, from: 0 });
  return { size, data: lower };
}

/** L[r, j] = (A[r, j] − Σ_k<j L[r, k] L[j, k]) / L[j, j] for four rows r at once, so that row j is loaded once. */
function eliminateFour(
  lower: Float64Array,
  a: Float64Array,
  { size, i, j }: { size: number; i: number; j: number },
): void {
  const pivot = j * size;
  const r0 = i * size;
  const r1 = r0 + size;
  const r2 = r1 + size;
  const r3 = r2 + size;
  let s0 = a[r0 + j]!;
  let s1 = a[r1 + j]!;
  let s2 = a[r2 + j]!;
  let s3 = a[r3 + j]!;
  for (let k = 0; k < j; k += 1) {
    const value = lower[pivot + k]!;
    s0 -= lower[r0 + k]! * value;
    s1 -= lower[r1 + k]! * value;
    s2 -= lower[r2 + k]! * value;
    s3 -= lower[r3 + k]! * value;
  }
  const inverse = 1 / lower[pivot + j]!;
  lower[r0 + j] = s0 * inverse;
  lower[r1 + j] = s1 * inverse;
  lower[r2 + j] = s2 * inverse;
  lower[r3 + j] = s3 * inverse;
}

/** Columns `from` to `row` of one row of L. */
function finishRow(
  lower: Float64Array,
  a: Float64Array,
  { size, row, from }: { size: number; row: number; from: number },
): void {
  for (let j = from; j <= row; j += 1) {
    let sum = a[row * size + j]!;
    for (let k = 0; k < j; k += 1) sum -= lower[row * size + k]! * lower[j * size + k]!;
    if (j < row) lower[row * size + j] = sum / lower[j * size + j]!;
    else if (sum > 0) lower[row * size + j] = Math.sqrt(sum);
    else
      throw new RootstockError(
        "E_FIT",
        `Cholesky: expected a positive definite matrix, got pivot ${sum} in row ${row} of ${size}.`,
        { hint: "Use more shrinkage or regularisation." },
      );
  }
}

/** X with L Lᵀ X = B. Shapes: L n x n (from `cholesky`), B n x m row-major -> n x m. */
export function solveCholesky(lower: SquareMatrix, b: Float64Array): Float64Array {
  return solveUpper(lower, solveLower(lower, b));
}

/** X with L X = B, forward. Shapes: n x n, n x m -> n x m. */
export function solveLower({ size, data }: SquareMatrix, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  const m = b.length / size;
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) subtractRow(x, { m, to: i, from: k }, data[i * size + k]!);
    scaleRow(x, { m, row: i }, 1 / data[i * size + i]!);
  }
  return x;
}

/** X with Lᵀ X = B, backward. Shapes: n x n, n x m -> n x m. */
export function solveUpper({ size, data }: SquareMatrix, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  const m = b.length / size;
  for (let i = size - 1; i >= 0; i -= 1) {
    scaleRow(x, { m, row: i }, 1 / data[i * size + i]!);
    for (let k = 0; k < i; k += 1) subtractRow(x, { m, to: k, from: i }, data[i * size + k]!);
  }
  return x;
}

function subtractRow(
  x: Float64Array,
  { m, to, from }: { m: number; to: number; from: number },
  factor: number,
): void {
  for (let c = 0; c < m; c += 1) x[to * m + c]! -= factor * x[from * m + c]!;
}

function scaleRow(x: Float64Array, { m, row }: { m: number; row: number }, factor: number): void {
  for (let c = 0; c < m; c += 1) x[row * m + c]! *= factor;
}
