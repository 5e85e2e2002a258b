import { RootstockError } from "./errors.ts";
import type { SquareMatrix } from "./linear-algebra.ts";

/** Eigenvalues, largest first, and one eigenvector of norm 1 per row of `vectors`, in the same order. */
export interface Eigen {
  /** Shape: n. */
  readonly values: Float64Array;
  /** Row i belongs to `values[i]`. Shape: n x n. */
  readonly vectors: SquareMatrix;
}

/** QL steps that one eigenvalue may take; two or three are usual. */
const mostSteps = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, in float64: Householder's reduction to tridiagonal form, then
 * implicit QL. About 4 n³ multiplications. Throws E_FIT when a value is not finite.
 * Source: Golub and Van Loan, Matrix Computations, 8.3. Witness: A v = λ v and NumPy through PCA.
 */
export function symmetricEigen(matrix: SquareMatrix): Eigen {
  const tridiagonal = reduce(matrix);
  diagonalise(tridiagonal);
  const { size, diagonal, vectors } = tridiagonal;
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const sorted = new Float64Array(size * size);
  order.forEach((from, to) => sorted.set(vectors.subarray(from * size, (from + 1) * size), to * size));
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors: { size, data: sorted } };
}

/** T with A = VᵀTV; changed in place by `diagonalise` until T is diagonal. */
interface Tridiagonal {
  readonly size: number;
  /** Shape: n. */
  readonly diagonal: Float64Array;
  /** Entry i lies between diagonal entries i and i + 1. Shape: n, the last 0. */
  readonly beside: Float64Array;
  /** V, row-major: rows are what QL rotates. Shape: n x n. */
  readonly vectors: Float64Array;
}

/** Householder reflections H = I − β v vᵀ, each clearing one row beyond the diagonal's neighbour. */
function reduce({ size, data }: SquareMatrix): Tridiagonal {
  const a = Float64Array.from(data);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) vectors[i * size + i] = 1;
  const beside = new Float64Array(size);
  for (let k = 0; k + 1 < size; k += 1) {
    const v = a.slice(k * size + k + 1, (k + 1) * size);
    const norm = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    beside[k] = v[0]! > 0 ? -norm : norm;
    v[0]! -= beside[k]!;
    const square = v.reduce((sum, value) => sum + value * value, 0);
    if (square === 0) continue;
    reflectBoth(a, v, { size, from: k + 1, beta: 2 / square });
    reflectRows(vectors, v, { size, from: k + 1, beta: 2 / square });
  }
  const diagonal = Float64Array.from({ length: size }, (_, i) => a[i * size + i]!);
  return { size, diagonal, beside, vectors };
}

interface Reflection {
  readonly size: number;
  /** Rows and columns before it stay as they are. */
  readonly from: number;
  readonly beta: number;
}

/** A ← H A H on the lower right part: A − v wᵀ − w vᵀ with w = p − ½ β (pᵀv) v and p = β A v. */
function reflectBoth(a: Float64Array, v: Float64Array, { size, from, beta }: Reflection): void {
  const w = Float64Array.from(v, (_, i) => {
    const at = (from + i) * size + from;
    let sum = 0;
    for (let j = 0; j < v.length; j += 1) sum += a[at + j]! * v[j]!;
    return beta * sum;
  });
  const half = (beta / 2) * w.reduce((sum, value, i) => sum + value * v[i]!, 0);
  for (let i = 0; i < v.length; i += 1) w[i]! -= half * v[i]!;
  for (let i = 0; i < v.length; i += 1) {
    const at = (from + i) * size + from;
    const [vi, wi] = [v[i]!, w[i]!];
    for (let j = 0; j < v.length; j += 1) a[at + j]! -= vi * w[j]! + wi * v[j]!;
  }
}

/** V ← H V: rows from `from` on, less β v (vᵀV). */
function reflectRows(vectors: Float64Array, v: Float64Array, { size, from, beta }: Reflection): void {
  const sums = new Float64Array(size);
  for (let i = 0; i < v.length; i += 1) {
    const at = (from + i) * size;
    for (let j = 0; j < size; j += 1) sums[j]! += v[i]! * vectors[at + j]!;
  }
  for (let i = 0; i < v.length; i += 1) {
    const at = (from + i) * size;
    const factor = beta * v[i]!;
    for (let j = 0; j < size; j += 1) vectors[at + j]! -= factor * sums[j]!;
  }
}

/** Implicit QL with Wilkinson's shift: each sweep brings one eigenvalue of the block [from, to] to its upper end. */
function diagonalise(tridiagonal: Tridiagonal): void {
  const { size, diagonal, beside } = tridiagonal;
  for (let from = 0; from < size; from += 1)
    for (let step = 0; ; step += 1) {
      let to = from;
      while (to + 1 < size && !isNegligible(beside[to]!, diagonal[to]!, diagonal[to + 1]!)) to += 1;
      if (to === from) break;
      if (step >= mostSteps)
        throw new RootstockError("E_FIT", `eigenvalues: expected finite values, got ${diagonal[from]}.`);
      sweep(tridiagonal, from, to);
    }
}

function isNegligible(beside: number, above: number, below: number): boolean {
  return Math.abs(beside) <= Number.EPSILON * (Math.abs(above) + Math.abs(below));
}

function sweep({ size, diagonal, beside, vectors }: Tridiagonal, from: number, to: number): void {
  const ratio = (diagonal[from + 1]! - diagonal[from]!) / (2 * beside[from]!);
  const root = Math.hypot(ratio, 1);
  let g = diagonal[to]! - diagonal[from]! + beside[from]! / (ratio + (ratio < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = to - 1; i >= from; i -= 1) {
    const f = sine * beside[i]!;
    const b = cosine * beside[i]!;
    const length = Math.hypot(f, g);
    beside[i + 1] = length;
    if (length === 0) {
      diagonal[i + 1]! -= shift;
      beside[to] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = diagonal[i + 1]! - shift;
    const rest = (diagonal[i]! - g) * sine + 2 * cosine * b;
    shift = sine * rest;
    diagonal[i + 1] = g + shift;
    g = cosine * rest - b;
    rotateRows(vectors, { size, i, sine, cosine });
  }
  diagonal[from]! -= shift;
  beside[from] = g;
  beside[to] = 0;
}

function rotateRows(
  vectors: Float64Array,
  { size, i, sine, cosine }: { size: number; i: number; sine: number; cosine: number },
): void {
  const upper = i * size;
  const lower = upper + size;
  for (let k = 0; k < size; k += 1) {
    const f = vectors[lower + k]!;
    const e = vectors[upper + k]!;
    vectors[lower + k] = sine * e + cosine * f;
    vectors[upper + k] = cosine * e - sine * f;
  }
}
