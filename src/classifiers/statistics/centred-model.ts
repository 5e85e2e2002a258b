import type { Matrix64 } from "../../base/algebra.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { LinearModel } from "../linear-model.ts";
import { type RowChoice, type ScoreOptions, scoreExpanded } from "../score-blocks.ts";
import { shiftOrigin } from "../transforms/centre-columns.ts";

/** A linear classifier about a point m in float64: logits = W (x − m) + b. */
export interface CentredModel {
  /** Shape: K x D. */
  readonly weights: Matrix64;
  /** Shape: K. */
  readonly offsets: Float64Array;
  /** m. Shape: D. */
  readonly origin: Float64Array;
}

/** The same function of x itself, in float32, as it is kept and exported. */
export function linearOf({ weights, offsets, origin }: CentredModel): LinearModel {
  const rounded = createMatrix(weights.rows, weights.columns, Float32Array.from(weights.data));
  return shiftOrigin({ weights: rounded, bias: Float32Array.from(offsets) }, origin);
}

/** The logits of rows under models that share their origin. Shapes: n rows, M models -> M of n x K. */
export async function scoreCentred(
  models: readonly CentredModel[],
  choice: RowChoice,
  options: ScoreOptions,
): Promise<Matrix[]> {
  const { origin } = models[0]!;
  const expand = (row: Float32Array, to: Float64Array): void => {
    for (let j = 0; j < row.length; j += 1) to[j] = row[j]! - origin[j]!;
  };
  return await scoreExpanded(models, choice, { ...options, expand });
}
