import { type Matrix, createMatrix, rowOf } from "./matrix.ts";

/** Some rows of a matrix in memory that is lent: it may be written over, and is not to be read once it was given back. */
export interface BorrowedRows extends Disposable {
  readonly matrix: Matrix;
}

/** What was given back last, by the memory of the rows that were copied. Held weakly: whoever needs room takes it. */
const givenBack = new WeakMap<ArrayBufferLike, WeakRef<Float32Array>>();

/**
 * As `selectRows`, for whoever needs the copy only for a while: the next copy of rows of the same matrix lies where this one
 * lay, so that fold after fold of a large matrix costs the memory of one fold and not of all that wait to be collected.
 * Several at a time have memory of their own. Shapes: N x D, n indices -> n x D.
 */
export function borrowRows(source: Matrix, indices: ArrayLike<number>): BorrowedRows {
  const length = indices.length * source.columns;
  const memory = takeMemory(source.data, length);
  const matrix = createMatrix(indices.length, source.columns, memory.subarray(0, length));
  for (let i = 0; i < indices.length; i += 1) matrix.data.set(rowOf(source, indices[i]!), i * source.columns);
  return {
    matrix,
    [Symbol.dispose]: () => {
      givenBack.set(source.data.buffer, new WeakRef(memory));
    },
  };
}

/** What was given back, where it is large enough and still there; else new memory. */
function takeMemory({ buffer, length: all }: Float32Array, length: number): Float32Array {
  const last = givenBack.get(buffer)?.deref();
  givenBack.delete(buffer);
  return last !== undefined && last.length >= length ? last : new Float32Array(roomFor(length, all));
}

/**
 * Most of the rows: room for all of them, which the fit on all rows will need. A few: an eighth more, since the parts of a
 * matrix differ by a few rows. Room that is never written to costs nothing.
 */
function roomFor(length: number, all: number): number {
  return 2 * length > all ? Math.max(length, all) : length + (length >> 3);
}
