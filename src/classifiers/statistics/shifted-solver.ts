import { choleskyInSteps, solveCholeskyInSteps } from "../../base/linear-algebra.ts";
import type { Algebra } from "../../base/algebra.ts";
import type { Pause } from "../../base/pause.ts";

/** What a solver on moments works with. */
export interface MomentWork {
  /** Default: plain loops. */
  readonly algebra?: Algebra | undefined;
  /** Default: one that nothing stops. */
  readonly pause?: Pause | undefined;
}

/** A system with the same matrix and right side for every scale and shift. */
export interface ShiftedSystem {
  /** S, symmetric and positive semidefinite. Shape: D x D. */
  readonly matrix: Float64Array;
  /** One right side a row. Shape: K x D. */
  readonly right: Float64Array;
}

/** W with (a S + λ I) wₖ = rₖ, one D x D Cholesky factor. Shape: K x D. Throws E_FIT where λ is too small. */
export async function solveShifted(
  { matrix, right }: ShiftedSystem,
  { scale, shift, pause }: { scale: number; shift: number; pause: Pause },
): Promise<Float64Array> {
  const size = Math.sqrt(matrix.length);
  const data = new Float64Array(matrix.length);
  for (let at = 0; at < data.length; at += 1) data[at] = scale * matrix[at]!;
  for (let j = 0; j < size; j += 1) data[j * size + j]! += shift;
  const lower = await choleskyInSteps({ size, data }, pause);
  const solved = await solveCholeskyInSteps(lower, transpose(right, size), pause);
  return transpose(solved, right.length / size);
}

/** Shapes: m x `columns`, flat -> `columns` x m, flat. */
function transpose(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out[j * rows + i] = values[i * columns + j]!;
  return out;
}
