import { type Matrix, selectRows, viewRows } from "./matrix.ts";
import type { Pause } from "./pause.ts";

/** Rows that are made when they are asked for, so that all of them need never be in memory. */
export interface RowReader {
  readonly rows: number;
  readonly columns: number;
  /** Shapes: n indices -> n x D. */
  read(indices: Int32Array): Matrix;
}

/** Values that are read at a time. */
const blockValues = 2 ** 20;

/** The rows of a matrix; those that follow one another are read as a view. */
export function readerOf(matrix: Matrix): RowReader {
  const { rows, columns } = matrix;
  return { rows, columns, read: (indices) => viewRows(matrix, indices) };
}

/** Some rows of a matrix, each as `change` makes it, by itself. Shapes: n rows of N x D -> n x E. */
export function readThrough(
  matrix: Matrix,
  rows: Int32Array,
  { columns, change }: { columns: number; change: (block: Matrix) => Matrix },
): RowReader {
  const read = (indices: Int32Array): Matrix =>
    change(
      selectRows(
        matrix,
        indices.map((i) => rows[i]!),
      ),
    );
  return { rows: rows.length, columns, read };
}

/** All rows in their order, some at a time, with the index of the first. */
export async function* blocksOf(
  reader: RowReader,
  pause: Pause,
): AsyncGenerator<{ readonly from: number; readonly block: Matrix }> {
  const step = Math.max(1, Math.floor(blockValues / reader.columns));
  for (let from = 0; from < reader.rows; from += step) {
    await pause();
    const count = Math.min(step, reader.rows - from);
    yield { from, block: reader.read(Int32Array.from({ length: count }, (_, i) => from + i)) };
  }
}
