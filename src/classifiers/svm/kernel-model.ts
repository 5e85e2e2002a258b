import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import { floatTensor } from "../../graph/tensor.ts";
import { scoreRows } from "../gram.ts";
import type { Learned } from "../learner.ts";
import {
  type ReferenceRows,
  appendDistances,
  distancesTo,
  referenceState,
  restoreReferences,
} from "../neighbours/reference-rows.ts";
import { matrixTensor, stateMatrix, stateVector } from "../state.ts";

/** Coefficients of the support rows, biases and γ. Shapes: S x D, K x S, K. */
export interface KernelModel {
  readonly support: ReferenceRows;
  readonly coefficients: Matrix;
  readonly bias: Float32Array;
  readonly gamma: number;
}

/** exp(−γ d²), entry by entry. */
export function rbf({ rows, columns, data }: Matrix, gamma: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => Math.exp(-gamma * value)),
  );
}

/** Σⱼ aₖⱼ exp(−γ ‖x − zⱼ‖²) + bₖ for each class. Shapes: N x D -> N x K. */
export function kernelModel({ support, coefficients, bias, gamma }: KernelModel): Learned {
  const lists = Array.from({ length: coefficients.rows }, (_, k) =>
    Float64Array.from(rowOf(coefficients, k)),
  );
  return {
    classCount: coefficients.rows,
    dimensions: support.rows.columns,
    logits: (features) => scoreRows(rbf(distancesTo(support, features), gamma), lists, bias),
    appendTo: (builder, features) => {
      const distances = appendDistances(builder, features, support);
      const kernel = builder.op("Exp", [builder.op("Mul", [distances, builder.scalar(-gamma)])]);
      const weights = builder.constant(matrixTensor(coefficients));
      return builder.op("Gemm", [kernel, weights, builder.floats(bias)], { transB: 1 });
    },
    state: new Map([
      ...referenceState(support),
      ["coefficient", matrixTensor(coefficients)],
      ["bias", floatTensor([bias.length], bias)],
      ["gamma", floatTensor([1], [gamma])],
    ]),
  };
}

/** A kernel model from a saved state. Throws E_SHAPE when a tensor is missing or of another shape. */
export function restoreKernelModel(state: Learned["state"]): Learned {
  return kernelModel({
    support: restoreReferences(state),
    coefficients: stateMatrix(state, "coefficient"),
    bias: stateVector(state, "bias"),
    gamma: stateVector(state, "gamma")[0]!,
  });
}
