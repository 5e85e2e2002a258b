import { rowProducts } from "../base/products.ts";
import type { Matrix } from "../base/matrix.ts";
import { type Tensor, floatTensor } from "../graph/tensor.ts";
import type { Learned } from "./learner.ts";
import { scoreExpanded } from "./score-blocks.ts";
import { matrixTensor, stateMatrix, stateVector } from "./state.ts";

/** Weights and biases of a linear classifier. Shapes: K x D, K. */
export interface LinearModel {
  readonly weights: Matrix;
  readonly bias: Float32Array;
}

/**
 * The linear function of K classes. logits = X Wᵀ + b. Shapes: N x D -> N x K.
 * State: `weight` [K, D], `bias` [K].
 */
export function linearModel({ weights, bias }: LinearModel): Learned {
  const { rows: classCount, columns: dimensions } = weights;
  return {
    classCount,
    dimensions,
    logits: (features) => addToRows(rowProducts(features, weights), bias),
    score: async (features, options) => {
      const model = { weights: { ...weights, data: Float64Array.from(weights.data) }, offsets: bias };
      const expand = (row: Float32Array, to: Float64Array): void => to.set(row);
      return (await scoreExpanded([model], { features }, { ...options, expand }))[0]!;
    },
    appendTo: (builder, features) => {
      const weight = builder.constant(matrixTensor(weights));
      return builder.op("Gemm", [features, weight, builder.floats(bias)], { transB: 1 });
    },
    state: new Map([
      ["weight", matrixTensor(weights)],
      ["bias", floatTensor([classCount], bias)],
    ]),
  };
}

/** The linear model in a saved state. Throws E_SHAPE when a tensor is missing or of another shape. */
export function restoreLinearModel(state: ReadonlyMap<string, Tensor>): Learned {
  return linearModel({ weights: stateMatrix(state, "weight"), bias: stateVector(state, "bias") });
}

/** Adds b to every row, in place, of a matrix just made. Shapes: N x K, K. */
export function addToRows(matrix: Matrix, bias: ArrayLike<number>): Matrix {
  for (let i = 0; i < matrix.data.length; i += 1) matrix.data[i]! += bias[i % matrix.columns]!;
  return matrix;
}
