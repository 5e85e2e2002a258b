import { createMatrix } from "../../base/matrix.ts";
import { floatTensor } from "../../graph/tensor.ts";
import { columnMeans, columnVariances } from "../class-statistics.ts";
import { stateVector } from "../state.ts";
import type { FittedTransform, Transform } from "./transform.ts";

/** (x − m) / s with the training rows' mean and deviation; a column that never varies becomes 0. */
export const standardise: Transform = {
  fit: async (features, blocks) => {
    const means = columnMeans(features);
    const scales = columnVariances(features, means).map((v) => (v > 0 ? 1 / Math.sqrt(v) : 0));
    return affine({ offsets: Float32Array.from(means), scales: Float32Array.from(scales), blocks });
  },
  restore: restoreAffine,
};

/**
 * Each of B blocks of Dᵦ columns times 1 / √(B Dᵦ): standardised rows then have a mean square norm of 1 and every
 * backbone the same share of it, so that one grid of C serves any number of columns.
 */
export const balance: Transform = {
  fit: async (features, blocks) => {
    const scales = blocks.flatMap((columns) =>
      Array<number>(columns).fill(1 / Math.sqrt(blocks.length * columns)),
    );
    return affine({ offsets: new Float32Array(features.columns), scales: Float32Array.from(scales), blocks });
  },
  restore: restoreAffine,
};

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
