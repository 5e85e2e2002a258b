import type { Algebra } from "../../base/algebra.ts";
import { choleskyInSteps } from "../../base/linear-algebra.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { unitRows } from "../unit-rows.ts";

/** Added to the diagonal, where copies would make the products singular: the size of float32's rounding. */
const jitter = 1e-6;

/**
 * Rows of length 1 in no more columns than there are rows, all angles between them kept: L of X Xᵀ = L Lᵀ. What depends on
 * products alone, such as a ridge regression and cosines, is the same to rounding and no longer pays for wide features.
 * Shape: N x D -> N x min(N, D).
 */
export async function fewerColumns(
  features: Matrix,
  { algebra, pause }: { algebra: Algebra; pause: Pause },
): Promise<Matrix> {
  const rows = unitRows(features);
  const size = rows.rows;
  if (rows.columns <= size) return rows;
  const data = Float64Array.from((await algebra.multiplyTransposed(rows, rows)).data);
  for (let i = 0; i < size; i += 1) data[i * size + i]! += jitter;
  const lower = await choleskyInSteps({ size, data }, pause);
  const kept = createMatrix(size, size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) kept.data[i * size + j] = lower.data[i * size + j]!;
  return kept;
}
