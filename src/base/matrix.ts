import { RootstockError } from "./errors.ts";

/** A row-major float32 matrix: entry (i, j) is `data[i * columns + j]`. Values, never mutated by callees. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A matrix over `data` (kept, not copied), or of zeros. */
export function createMatrix(
  rows: number,
  columns: number,
  data: Float32Array = new Float32Array(rows * columns),
): Matrix {
  if (data.length !== rows * columns)
    throw new RootstockError("E_SHAPE", `matrix: expected ${rows} x ${columns} values, got ${data.length}.`);
  return { rows, columns, data };
}

/** A matrix from nested arrays. Shapes: N arrays of length D -> N x D. */
export function matrixFrom(rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  return createMatrix(rows.length, columns, Float32Array.from(rows.flat()));
}

/** Row i as a view, no copy. Shape: D. */
export function rowOf(matrix: Matrix, i: number): Float32Array {
  return matrix.data.subarray(i * matrix.columns, (i + 1) * matrix.columns);
}

/** The named rows in the named order, copied. Shapes: N x D, n indices -> n x D. */
export function selectRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const out = createMatrix(indices.length, matrix.columns);
  for (let i = 0; i < indices.length; i += 1) out.data.set(rowOf(matrix, indices[i]!), i * matrix.columns);
  return out;
}

/** As `selectRows`, for a reader: rows that follow one another are a view of the same memory, others are copied. */
export function viewRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const first = indices[0] ?? 0;
  for (let i = 1; i < indices.length; i += 1)
    if (indices[i] !== first + i) return selectRows(matrix, indices);
  const from = first * matrix.columns;
  const data = matrix.data.subarray(from, from + indices.length * matrix.columns);
  return createMatrix(indices.length, matrix.columns, data);
}

/** Matrices side by side; a single one is itself. Shapes: N x D1, N x D2, ... -> N x (D1 + D2 + ...). */
export function joinColumns(blocks: readonly Matrix[]): Matrix {
  if (blocks.length === 1) return blocks[0]!;
  const rows = blocks[0]?.rows ?? 0;
  if (blocks.some((block) => block.rows !== rows))
    throw new RootstockError(
      "E_SHAPE",
      `join: expected ${rows} rows in every block, got ${blocks.map((b) => b.rows)}.`,
    );
  const out = createMatrix(
    rows,
    blocks.reduce((sum, block) => sum + block.columns, 0),
  );
  for (let i = 0; i < rows; i += 1) {
    let at = i * out.columns;
    for (const block of blocks) {
      out.data.set(rowOf(block, i), at);
      at += block.columns;
    }
  }
  return out;
}

/** Index of the largest value; the first of equals. NaN is never largest. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Row-wise softmax of logits / temperature, in float64, shifted by the row maximum. Shapes: N x K -> N x K. */
export function softmaxRows(logits: Matrix, temperature = 1): Matrix {
  const out = createMatrix(logits.rows, logits.columns);
  for (let i = 0; i < logits.rows; i += 1) {
    const row = rowOf(logits, i);
    const max = row[argmax(row)]!;
    const exps = Array.from(row, (value) => Math.exp((value - max) / temperature));
    const sum = exps.reduce((a, b) => a + b, 0);
    out.data.set(
      exps.map((value) => value / sum),
      i * out.columns,
    );
  }
  return out;
}
