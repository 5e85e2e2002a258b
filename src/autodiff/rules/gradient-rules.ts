import type { GraphNode } from "../../graph/graph.ts";
import { attributeOf, intOf, stringOf } from "../../graph/node-attributes.ts";
import { reshaping } from "./gradient-laws.ts";
import type { GradientRule } from "./gradient-rule.ts";
import * as activations from "./activations-rules.ts";
import * as elementwise from "./elementwise-rules.ts";
import * as normalisation from "./normalisation-rules.ts";
import * as pooling from "./pooling-rules.ts";
import * as products from "./products-rules.ts";
import * as shapes from "./shapes-rules.ts";

/** The operators that a gradient can pass. A name added here does not compile until the table has its row. */
export type DifferentiableOperator =
  | ("Conv" | "ConvTranspose" | "Gemm" | "MatMul")
  | ("Add" | "Sub" | "Mul" | "Div" | "Neg" | "Pow" | "Sqrt" | "Exp" | "Log" | "Erf" | "Tanh")
  | (
      | "Relu"
      | "Clip"
      | "LeakyRelu"
      | "Sigmoid"
      | "HardSigmoid"
      | "HardSwish"
      | "Gelu"
      | "Softmax"
      | "LogSoftmax"
    )
  | ("MaxPool" | "AveragePool" | "GlobalAveragePool")
  | ("BatchNormalization" | "LayerNormalization" | "LRN")
  | (
      | "Concat"
      | "Split"
      | "Slice"
      | "Flatten"
      | "Reshape"
      | "Transpose"
      | "Squeeze"
      | "Unsqueeze"
      | "Expand"
      | "Pad"
    )
  | ("ReduceMean" | "ReduceSum" | "Dropout" | "Identity" | "Cast");

/** One row per operator: how the gradient of its output becomes the gradients of its inputs. */
export const gradientRules: Readonly<Record<DifferentiableOperator, GradientRule>> = {
  Conv: products.conv,
  ConvTranspose: products.convTranspose,
  Gemm: products.gemm,
  MatMul: products.matMul,

  Add: elementwise.add,
  Sub: elementwise.sub,
  Mul: elementwise.mul,
  Div: elementwise.div,
  Neg: elementwise.neg,
  Pow: elementwise.pow,
  Sqrt: elementwise.sqrt,
  Exp: elementwise.exp,
  Log: elementwise.log,
  Erf: elementwise.erf,
  Tanh: elementwise.tanh,

  Relu: activations.relu,
  Clip: activations.clip,
  LeakyRelu: activations.leakyRelu,
  Sigmoid: activations.sigmoid,
  HardSigmoid: activations.hardSigmoid,
  HardSwish: activations.hardSwish,
  Gelu: activations.gelu,
  Softmax: activations.softmax,
  LogSoftmax: activations.logSoftmax,

  MaxPool: pooling.maxPool,
  AveragePool: pooling.averagePool,
  GlobalAveragePool: pooling.globalAveragePool,

  BatchNormalization: normalisation.batchNormalization,
  LayerNormalization: normalisation.layerNormalization,
  LRN: normalisation.lrn,

  Concat: shapes.concat,
  Split: shapes.split,
  Slice: shapes.slice,
  Flatten: reshaping,
  Reshape: reshaping,
  Squeeze: reshaping,
  Unsqueeze: reshaping,
  Transpose: shapes.transpose,
  Expand: shapes.expand,
  Pad: shapes.pad,

  ReduceMean: shapes.reduceMean,
  ReduceSum: shapes.reduceSum,
  Dropout: shapes.dropout,
  Identity: shapes.identity,
  Cast: shapes.cast,
};

/**
 * The rule of a node, or in words what stands in the way: the operator itself, or a setting of it.
 * Operators outside the standard domain have none.
 */
export function ruleFor(node: GraphNode): GradientRule | string {
  const { operator, domain } = node;
  if (domain !== "" && domain !== "ai.onnx") return `${domain}.${operator}`;
  if (!Object.hasOwn(gradientRules, operator)) return operator;
  const limit = limits[operator as DifferentiableOperator]?.(node);
  return limit === undefined
    ? gradientRules[operator as DifferentiableOperator]
    : `${operator} with ${limit}`;
}

/** Settings that a row does not cover, in words. */
const limits: Partial<Record<DifferentiableOperator, (node: GraphNode) => string | undefined>> = {
  Pad: (node) => {
    const mode = stringOf(node, "mode", "constant");
    return mode === "constant" ? undefined : `mode "${mode}"`;
  },
  Cast: (node) => (intOf(node, "to", 1) === 1 ? undefined : "another type than float32"),
  MaxPool: (node) => (intOf(node, "storage_order", 0) === 0 ? undefined : "column-major storage_order"),
  ConvTranspose: (node) =>
    attributeOf(node, "output_shape", "ints") === undefined ? undefined : "output_shape",
};
