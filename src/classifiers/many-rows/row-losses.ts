import type { GraphBuilder } from "../../graph/build.ts";
import { floatTensor } from "../../graph/tensor.ts";

/** Some rows of a training set, as names of a graph under way. */
export interface LossInputs {
  readonly builder: GraphBuilder;
  /** W of G models one after the other, the constant's weight last. Shape: GK x (D + 1). */
  readonly weights: string;
  /** X with a constant column of ones, held by the runtime. Shape: n x (D + 1). */
  readonly rows: string;
  /** Class of each row. Shape: n. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

/** What a loss adds to a graph. */
export interface LossOutputs {
  /** Σᵢ loss of each model, class by class or of all classes together. Shape: GK or G. */
  readonly losses: string;
  /** −∂ Σᵢ loss / ∂W, but for the factor `slope`. Shape: GK x (D + 1). */
  readonly descent: string;
}

/** A loss of rows that a linear model is fitted by, as a graph whose only large operations are X Wᵀ and Rᵀ X. */
export interface RowLoss {
  /** What `descent` is to be multiplied with. */
  readonly slope: number;
  /** Whether each class is a problem of its own. */
  readonly isPerClass: boolean;
  append(inputs: LossInputs): LossOutputs;
}

/** How much a row weighs in the problem of each class: one of the class, and one of the rest. Shapes: K, K. */
export interface SideWeights {
  readonly own: Float32Array;
  readonly rest: Float32Array;
}

/**
 * Σᵢ cᵢₖ max(0, 1 − tᵢₖ f_k(xᵢ))² with t = 1 in the class and −1 elsewhere: K problems. With R = t max(0, 1 − t f) the loss
 * is Σ c R² and its gradient −2 (c R)ᵀ X. Scores lie class by class, so that X is the second factor of both products, which
 * the runtime packs once. `weights`: c; without them 1.
 */
export function squaredHinge(weights: SideWeights | null): RowLoss {
  return {
    slope: 2,
    isPerClass: true,
    append: ({ builder, weights: w, rows, labels, classCount }) => {
      const n = labels.length;
      const signs = builder.constant(floatTensor([classCount, n], signsOf(labels, classCount)));
      const flat = builder.op("Gemm", [w, rows], { transB: 1 });
      const scores = builder.op("Reshape", [flat, builder.ints([-1, classCount, n])]);
      const margins = builder.op("Sub", [builder.scalar(1), builder.op("Mul", [scores, signs])]);
      const residuals = builder.op("Mul", [builder.op("Relu", [margins]), signs]);
      const weighed = weights === null ? residuals : weigh(builder, residuals, { signs, weights });
      const squares = builder.op("Mul", [residuals, weighed]);
      const losses = builder.op("ReduceSum", [squares, builder.ints([2])], { keepdims: 0 });
      const pull = builder.op("Reshape", [weighed, builder.ints([-1, n])]);
      return {
        losses: builder.op("Reshape", [losses, builder.ints([-1])]),
        descent: builder.op("MatMul", [pull, rows]),
      };
    },
  };
}

/** Σᵢ −log softmax(f(xᵢ)) at the label; its gradient is −(T − P)ᵀ X. */
export const crossEntropyOfRows: RowLoss = {
  slope: 1,
  isPerClass: false,
  append: ({ builder, weights, rows, labels, classCount }) => {
    const n = labels.length;
    const flat = builder.op("Gemm", [rows, weights], { transB: 1 });
    const scores = builder.op("Reshape", [flat, builder.ints([n, -1, classCount])]);
    const logs = builder.op("LogSoftmax", [scores], { axis: 2 });
    const targets = builder.constant(floatTensor([n, 1, classCount], targetsOf(labels, classCount)));
    const atLabels = builder.op("Mul", [logs, targets]);
    const losses = builder.op("Neg", [
      builder.op("ReduceSum", [atLabels, builder.ints([0, 2])], { keepdims: 0 }),
    ]);
    const residuals = builder.op("Sub", [targets, builder.op("Exp", [logs])]);
    const pull = builder.op("Reshape", [residuals, builder.ints([n, -1])]);
    return { losses, descent: builder.op("Gemm", [pull, rows], { transA: 1 }) };
  },
};

function weigh(
  builder: GraphBuilder,
  residuals: string,
  { signs, weights }: { signs: string; weights: SideWeights },
): string {
  const isOwn = builder.op("Greater", [signs, builder.scalar(0)]);
  const column = (values: Float32Array): string => builder.constant(floatTensor([values.length, 1], values));
  return builder.op("Mul", [
    residuals,
    builder.op("Where", [isOwn, column(weights.own), column(weights.rest)]),
  ]);
}

/** Shape: K x n. */
function signsOf(labels: Int32Array, classCount: number): Float32Array {
  const signs = new Float32Array(classCount * labels.length).fill(-1);
  labels.forEach((label, i) => (signs[label * labels.length + i] = 1));
  return signs;
}

/** Shape: n x K. */
function targetsOf(labels: Int32Array, classCount: number): Float32Array {
  const targets = new Float32Array(classCount * labels.length);
  labels.forEach((label, i) => (targets[i * classCount + label] = 1));
  return targets;
}
