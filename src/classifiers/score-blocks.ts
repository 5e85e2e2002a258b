import { type Algebra, type Matrix64, plainAlgebra64 } from "../base/algebra.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import type { Pause } from "../base/pause.ts";

/** Float64 inputs and scores of one block of rows. */
const blockBytes = 2 ** 24;

/** What scoring many rows uses. */
export interface ScoreOptions {
  readonly algebra?: Algebra | undefined;
  readonly pause: Pause;
}

/** A function that is linear in some expansion φ of a row: logits = φ(x) Vᵀ + b, b in float64. */
export interface ExpandedModel {
  /** Shape: K x E. */
  readonly weights: Matrix64;
  /** Shape: K. */
  readonly offsets: ArrayLike<number>;
}

/** φ: writes the E values of a row's expansion. */
export type Expand = (row: Float32Array, to: Float64Array) => void;

/** Rows to be scored: all of them, or those named. */
export interface RowChoice {
  readonly features: Matrix;
  readonly rows?: Int32Array | undefined;
}

/**
 * The logits of many rows under several models at once: block by block, one float64 product for all of them.
 * Shapes: n rows, M models of K x E -> M of n x K.
 */
export async function scoreExpanded(
  models: readonly ExpandedModel[],
  { features, rows }: RowChoice,
  { expand, algebra, pause }: ScoreOptions & { expand: Expand },
): Promise<Matrix[]> {
  const count = rows?.length ?? features.rows;
  const { columns } = features;
  const stacked = stackWeights(models);
  const out = models.map(({ weights }) => createMatrix(count, weights.rows));
  const step = Math.min(count, Math.max(1, Math.floor(blockBytes / 8 / (stacked.columns + stacked.rows))));
  const memory = new Float64Array(step * stacked.columns);
  for (let from = 0; from < count; from += step) {
    await pause();
    const end = Math.min(count, from + step);
    const block = memory.subarray(0, (end - from) * stacked.columns);
    for (let i = from; i < end; i += 1) {
      const at = (rows?.[i] ?? i) * columns;
      const to = (i - from) * stacked.columns;
      expand(features.data.subarray(at, at + columns), block.subarray(to, to + stacked.columns));
    }
    const input = { rows: end - from, columns: stacked.columns, data: block };
    const scores = await (algebra?.float64 ?? plainAlgebra64).multiplyTransposed(input, stacked);
    dealScores(scores, models, { out, from });
  }
  return out;
}

function stackWeights(models: readonly ExpandedModel[]): Matrix64 {
  const columns = models[0]!.weights.columns;
  const rows = models.reduce((sum, { weights }) => sum + weights.rows, 0);
  const data = new Float64Array(rows * columns);
  let at = 0;
  for (const { weights } of models) {
    data.set(weights.data, at);
    at += weights.data.length;
  }
  return { rows, columns, data };
}

/** Each model's columns of a block of scores, plus its offsets, into its own matrix from row `from` on. */
function dealScores(
  scores: Matrix64,
  models: readonly ExpandedModel[],
  { out, from }: { out: readonly Matrix[]; from: number },
): void {
  let first = 0;
  for (const [m, { offsets, weights }] of models.entries()) {
    const classes = weights.rows;
    const to = out[m]!.data;
    for (let i = 0; i < scores.rows; i += 1)
      for (let k = 0; k < classes; k += 1)
        to[(from + i) * classes + k] = scores.data[i * scores.columns + first + k]! + offsets[k]!;
    first += classes;
  }
}
