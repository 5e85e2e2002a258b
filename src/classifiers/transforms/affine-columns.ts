import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { type RowReader, blocksOf, readerOf } from "../../base/row-reader.ts";
import { floatTensor } from "../../graph/tensor.ts";
import { trueVariance } from "../class-statistics.ts";
import { stateVector } from "../state.ts";
import type { FittedTransform, Transform } from "./transform.ts";

/** (x − m) / s with the training rows' mean and deviation; a column that never varies becomes 0. */
export const standardise: Transform = {
  fit: async (features, blocks, { pause }) => await standardiseRows(readerOf(features), blocks, pause),
  fitRows: standardiseRows,
  restore: restoreAffine,
};

/**
 * Each of B blocks of Dᵦ columns times 1 / √(B Dᵦ): standardised rows then have a mean square norm of 1 and every
 * backbone the same share of it, so that one grid of C serves any number of columns.
 */
export const balance: Transform = {
  fit: async (_, blocks) => balanced(blocks),
  fitRows: async (_, blocks) => balanced(blocks),
  restore: restoreAffine,
};

function balanced(blocks: readonly number[]): FittedTransform {
  const scales = blocks.flatMap((columns) =>
    Array<number>(columns).fill(1 / Math.sqrt(blocks.length * columns)),
  );
  return affine({ offsets: new Float32Array(scales.length), scales: Float32Array.from(scales), blocks });
}

/** Two passes over the rows: their means, and their variances about them. */
async function standardiseRows(
  rows: RowReader,
  blocks: readonly number[],
  pause: Pause,
): Promise<FittedTransform> {
  const means = new Float64Array(rows.columns);
  for await (const { block } of blocksOf(rows, pause)) addColumns(means, block);
  for (let j = 0; j < means.length; j += 1) means[j]! /= rows.rows;
  const squares = new Float64Array(rows.columns);
  for await (const { block } of blocksOf(rows, pause)) addSquares(squares, block, means);
  const variances = squares.map((sum, j) => trueVariance(sum / rows.rows, means[j]! ** 2));
  const scales = variances.map((v) => (v > 0 ? 1 / Math.sqrt(v) : 0));
  return affine({ offsets: Float32Array.from(means), scales: Float32Array.from(scales), blocks });
}

/** In place: Σ x, column by column. */
function addColumns(sums: Float64Array, { rows, columns, data }: Matrix): void {
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) sums[j]! += data[i * columns + j]!;
}

/** In place: Σ (x − m)², column by column. */
function addSquares(sums: Float64Array, { rows, columns, data }: Matrix, means: Float64Array): void {
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) sums[j]! += (data[i * columns + j]! - means[j]!) ** 2;
}

interface Affine {
  /** Shape: D. */
  readonly offsets: Float32Array;
  /** Shape: D. */
  readonly scales: Float32Array;
  readonly blocks: readonly number[];
}

/** (x − offset) · scale, column by column. */
function affine({ offsets, scales, blocks }: Affine): FittedTransform {
  return {
    blocks,
    apply: ({ rows, columns, data }) => {
      const out = createMatrix(rows, columns);
      for (let i = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1)
          out.data[i * columns + j] = (data[i * columns + j]! - offsets[j]!) * scales[j]!;
      return out;
    },
    appendTo: (builder, features) =>
      builder.op("Mul", [builder.op("Sub", [features, builder.floats(offsets)]), builder.floats(scales)]),
    state: new Map([
      ["offset", floatTensor([offsets.length], offsets)],
      ["scale", floatTensor([scales.length], scales)],
    ]),
  };
}

function restoreAffine(state: FittedTransform["state"], blocks: readonly number[]): FittedTransform {
  return affine({ offsets: stateVector(state, "offset"), scales: stateVector(state, "scale"), blocks });
}
