import { type Matrix, createMatrix } from "./matrix.ts";

/**
 * A Bᵀ at once, without an engine: what a fitted classifier uses for its logits.
 * Shapes: N x D, M x D -> N x M. Sums are float64; tiles of 2 x 4 rows, so that each value loaded is used several times.
 */
export function rowProducts(a: Matrix, b: Matrix): Matrix {
  const out = createMatrix(a.rows, b.rows);
  const evenRows = a.rows - (a.rows % 2);
  const wholeColumns = b.rows - (b.rows % 4);
  for (let i = 0; i < evenRows; i += 2)
    for (let j = 0; j < wholeColumns; j += 4) fillTile(out.data, a, b, { i, j });
  fillEntries(out.data, a, b, { fromRow: 0, toRow: evenRows, fromColumn: wholeColumns });
  fillEntries(out.data, a, b, { fromRow: evenRows, toRow: a.rows, fromColumn: 0 });
  return out;
}

/** Entries (i, j) to (i + 1, j + 3) of A Bᵀ. */
function fillTile(out: Float32Array, a: Matrix, b: Matrix, { i, j }: { i: number; j: number }): void {
  const d = a.columns;
  const [x, y] = [a.data, b.data];
  const a0 = i * d;
  const a1 = a0 + d;
  const b0 = j * d;
  const b1 = b0 + d;
  const b2 = b1 + d;
  const b3 = b2 + d;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < d; k += 1) {
    const u = x[a0 + k]!;
    const v = x[a1 + k]!;
    const p = y[b0 + k]!;
    const q = y[b1 + k]!;
    const r = y[b2 + k]!;
    const s = y[b3 + k]!;
    s00 += u * p;
    s01 += u * q;
    s02 += u * r;
    s03 += u * s;
    s10 += v * p;
    s11 += v * q;
    s12 += v * r;
    s13 += v * s;
  }
  const at = i * b.rows + j;
  out.set([s00, s01, s02, s03], at);
  out.set([s10, s11, s12, s13], at + b.rows);
}

function fillEntries(
  out: Float32Array,
  a: Matrix,
  b: Matrix,
  range: { fromRow: number; toRow: number; fromColumn: number },
): void {
  const d = a.columns;
  for (let i = range.fromRow; i < range.toRow; i += 1)
    for (let j = range.fromColumn; j < b.rows; j += 1) {
      let sum = 0;
      for (let k = 0; k < d; k += 1) sum += a.data[i * d + k]! * b.data[j * d + k]!;
      out[i * b.rows + j] = sum;
    }
}
