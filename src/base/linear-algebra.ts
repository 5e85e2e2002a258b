import { RootstockError } from "./errors.ts";
import type { Pause } from "./pause.ts";

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
  for (let i = 0; i < size; i += 4) factorRows(lower, data, { size, i });
  return { size, data: lower };
}

/** The same to the digit, giving way to other work between rows: 2,048 take seconds. Throws the signal's reason too. */
export async function choleskyInSteps({ size, data }: SquareMatrix, pause: Pause): Promise<SquareMatrix> {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i += 4) {
    await pause();
    factorRows(lower, data, { size, i });
  }
  return { size, data: lower };
}

/** Rows i to i + 3 of L, or the last ones. */
function factorRows(lower: Float64Array, data: Float64Array, { size, i }: { size: number; i: number }): void {
  const four = i + 4 <= size ? i : 0;
  for (let j = 0; j < four; j += 1) eliminateFour(lower, data, { size, i, j });
  for (let row = i; row < Math.min(i + 4, size); row += 1) finishRow(lower, data, { size, row, from: four });
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

/** The same to the digit, some columns of B after the other, giving way to other work between them. */
export async function solveCholeskyInSteps(
  lower: SquareMatrix,
  b: Float64Array,
  pause: Pause,
): Promise<Float64Array> {
  const m = b.length / lower.size;
  const x = new Float64Array(b.length);
  const step = Math.max(1, Math.floor(stepOperations / lower.size ** 2));
  for (let from = 0; from < m; from += step) {
    await pause();
    const count = Math.min(step, m - from);
    const some = new Float64Array(lower.size * count);
    for (let i = 0; i < lower.size; i += 1)
      some.set(b.subarray(i * m + from, i * m + from + count), i * count);
    const solved = solveCholesky(lower, some);
    for (let i = 0; i < lower.size; i += 1) x.set(solved.subarray(i * count, (i + 1) * count), i * m + from);
  }
  return x;
}

/** Products between two pauses: some 50 ms. */
const stepOperations = 2 ** 26;

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
