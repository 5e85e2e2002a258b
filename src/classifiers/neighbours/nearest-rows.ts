import { type Algebra, plainAlgebra } from "../../base/algebra.ts";
import { type Matrix, rowOf, selectRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { squaredNorms } from "./reference-rows.ts";

/** Values of a block of rows on either side of a product. */
const blockValues = 2 ** 20;
/** Rows of a block at most, so that the products of two blocks stay small. */
const mostRows = 2048;

/** The k nearest references of each row, nearest first; of equals the one that comes first. */
export interface Nearest {
  readonly k: number;
  /** Squared. Shape: n x k. */
  readonly distances: Float32Array;
  /** Positions among the references. Shape: n x k. */
  readonly indices: Int32Array;
}

/** An empty list for each row, to be filled by `keepNearest`. */
export function emptyNearest(rows: number, k: number): Nearest {
  return {
    k,
    distances: new Float32Array(rows * k).fill(Infinity),
    indices: new Int32Array(rows * k).fill(-1),
  };
}

/**
 * Moves into the lists what is nearer than their last, by insertion. References come in ascending order, block after block.
 * Shapes: n lists, n x m squared distances, the first of them to reference `from`.
 */
export function keepNearest({ k, distances, indices }: Nearest, block: Matrix, from: number): void {
  for (let i = 0; i < block.rows; i += 1) {
    const row = rowOf(block, i);
    const last = (i + 1) * k - 1;
    for (let j = 0; j < row.length; j += 1) {
      const distance = row[j]!;
      if (!(distance < distances[last]!)) continue;
      let at = last;
      for (; at > i * k && distances[at - 1]! > distance; at -= 1) {
        distances[at] = distances[at - 1]!;
        indices[at] = indices[at - 1]!;
      }
      distances[at] = distance;
      indices[at] = from + j;
    }
  }
}

/** Rows that are looked up, or looked through: all, or those named. */
export interface RowSet {
  /** Shape: N x D, near the origin. */
  readonly matrix: Matrix;
  readonly rows: Int32Array;
}

/** The nearest references of the queries from position `from` on. */
export interface NearestBlock {
  readonly from: number;
  readonly rows: number;
  readonly nearest: Nearest;
}

/**
 * The k nearest references of every query, block of queries by block: products of blocks on the engine, of which only the
 * lists are kept, so that memory does not grow with queries times references. While one block is sorted the next is
 * computed. Float32 products: distances agree to 1e-5 of the norms.
 */
export async function* nearestRows(
  queries: RowSet,
  references: RowSet,
  { k, algebra = plainAlgebra, pause }: { k: number; algebra?: Algebra | undefined; pause: Pause },
): AsyncGenerator<NearestBlock> {
  const { columns } = queries.matrix;
  const step = Math.max(1, Math.min(mostRows, Math.floor(blockValues / columns)));
  for (let from = 0; from < queries.rows.length; from += step) {
    const block = selectRows(queries.matrix, queries.rows.subarray(from, from + step));
    const nearest = emptyNearest(block.rows, Math.min(k, references.rows.length));
    const own = squaredNorms(block);
    const measure = async (first: number): Promise<Matrix> => {
      const others = selectRows(references.matrix, references.rows.subarray(first, first + step));
      return asDistances(await algebra.multiplyTransposed(block, others), own, squaredNorms(others));
    };
    let next: Promise<Matrix> | undefined = measure(0);
    for (let first = 0; next !== undefined; first += step) {
      await pause();
      const distances: Matrix = await next;
      next = first + step < references.rows.length ? measure(first + step) : undefined;
      keepNearest(nearest, distances, first);
    }
    yield { from, rows: block.rows, nearest };
  }
}

/** ‖a‖² + ‖b‖² − 2 a·b, never below 0, in place of the products just made. Shape: n x m. */
function asDistances(products: Matrix, own: Float64Array, norms: Float64Array): Matrix {
  const { rows, columns, data } = products;
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1)
      data[i * columns + j] = Math.max(0, own[i]! + norms[j]! - 2 * data[i * columns + j]!);
  return products;
}
