import { type Algebra, dot } from "../../base/algebra.ts";
import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { createRandom } from "../../base/random.ts";
import { symmetricEigen } from "../../base/symmetric-eigen.ts";

/** Up to this share of all vectors, iterating on twice as many as asked is faster than the whole decomposition. */
const iteratedShare = 1 / 4;
const smallest = 64;
const mostRounds = 100;
/** ‖Av − λv‖ / λ₁ at the end where nothing else is said; float32 products know no better. */
const finest = 1e-6;

/** The largest eigenvalues of a symmetric matrix, and their vectors. */
export interface LeadingVectors {
  /** Largest first. Shape: k. */
  readonly values: Float64Array;
  /** One vector of norm 1 a row. Shape: k x n. */
  readonly vectors: Matrix;
}

/** How they are found. */
export interface LeadingOptions {
  readonly algebra: Algebra;
  readonly seed: number;
  readonly pause: Pause;
  /** Largest ‖Av − λv‖ / λ₁ at the end; default 1e-6. */
  readonly tolerance?: number;
}

/**
 * The `count` largest eigenvalues of a symmetric matrix with their vectors. Few of many: subspace iteration from a
 * seeded random block of twice as many, until every residual is small; else the whole decomposition.
 * Shapes: n x n -> k, k x n. Source: Halko, Martinsson, Tropp 2011, Finding Structure with Randomness.
 */
export async function leadingVectors(
  matrix: Matrix,
  count: number,
  options: LeadingOptions,
): Promise<LeadingVectors> {
  if (matrix.rows <= smallest || count > matrix.rows * iteratedShare) return decompose(matrix, count);
  return await iterate(matrix, count, options);
}

function decompose({ rows, data }: Matrix, count: number): LeadingVectors {
  const { values, vectors } = symmetricEigen({ size: rows, data: Float64Array.from(data) });
  const kept = Float32Array.from(vectors.data.subarray(0, count * rows));
  return { values: values.slice(0, count), vectors: createMatrix(count, rows, kept) };
}

async function iterate(
  matrix: Matrix,
  count: number,
  { algebra, seed, pause, tolerance = finest }: LeadingOptions,
): Promise<LeadingVectors> {
  const width = 2 * count + 8;
  let block = await orthonormalRows(randomBlock(width, matrix.rows, seed), pause);
  for (let round = 0; ; round += 1) {
    const product = await algebra.multiply(block, matrix);
    if (round % 4 === 3 || round >= mostRounds) {
      const found = rotate(block, product);
      if (round >= mostRounds || worstResidual(found, count) <= tolerance)
        return { values: found.values.slice(0, count), vectors: firstRows(found.block, count) };
    }
    block = await orthonormalRows(product, pause);
  }
}

interface Ritz {
  readonly values: Float64Array;
  readonly block: Matrix;
  /** The block times the matrix. */
  readonly product: Matrix;
}

/** The best eigenvectors within the block's span (Rayleigh and Ritz). Shapes: w x n, w x n. */
function rotate(block: Matrix, product: Matrix): Ritz {
  const size = block.rows;
  const small = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1)
      small[i * size + j] = small[j * size + i] = dot(rowOf(block, i), rowOf(product, j));
  const { values, vectors } = symmetricEigen({ size, data: small });
  return {
    values,
    block: combine(vectors.data, block),
    product: combine(vectors.data, product),
  };
}

/** A B in float64 sums. Shapes: w x w, w x n -> w x n. */
function combine(a: Float64Array, b: Matrix): Matrix {
  const out = createMatrix(b.rows, b.columns);
  const sum = new Float64Array(b.columns);
  for (let i = 0; i < b.rows; i += 1) {
    sum.fill(0);
    for (let k = 0; k < b.rows; k += 1) {
      const factor = a[i * b.rows + k]!;
      for (let j = 0; j < b.columns; j += 1) sum[j]! += factor * b.data[k * b.columns + j]!;
    }
    rowOf(out, i).set(sum);
  }
  return out;
}

function worstResidual({ values, block, product }: Ritz, count: number): number {
  let worst = 0;
  for (let i = 0; i < count; i += 1) {
    let square = 0;
    for (let j = 0; j < block.columns; j += 1)
      square += (product.data[i * block.columns + j]! - values[i]! * block.data[i * block.columns + j]!) ** 2;
    worst = Math.max(worst, Math.sqrt(square));
  }
  return worst / (values[0]! || 1);
}

function randomBlock(rows: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed).fork("leading vectors");
  return createMatrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

/** Rows of norm 1 at right angles, spanning the same (Gram and Schmidt, twice); a row that depends on others becomes 0. */
async function orthonormalRows(block: Matrix, pause: Pause): Promise<Matrix> {
  const rows = Array.from({ length: block.rows }, (_, i) => Float64Array.from(rowOf(block, i)));
  for (const [i, row] of rows.entries()) {
    await pause();
    const before = Math.sqrt(dot(row, row));
    for (let pass = 0; pass < 2; pass += 1)
      for (let k = 0; k < i; k += 1) subtract(row, rows[k]!, dot(row, rows[k]!));
    const norm = Math.sqrt(dot(row, row));
    const scale = norm > 1e-6 * before ? 1 / norm : 0;
    row.forEach((value, j) => (row[j] = value * scale));
  }
  const out = createMatrix(block.rows, block.columns);
  rows.forEach((row, i) => rowOf(out, i).set(row));
  return out;
}

function subtract(from: Float64Array, row: Float64Array, factor: number): void {
  for (let j = 0; j < from.length; j += 1) from[j]! -= factor * row[j]!;
}

function firstRows({ columns, data }: Matrix, count: number): Matrix {
  return createMatrix(count, columns, data.slice(0, count * columns));
}
