import { combine, unknown } from "./dimensions.ts";
import type { Dimension } from "../graph.ts";
import { intOf } from "../node-attributes.ts";
import { broadcastTo, gemmDims, matMulDims } from "./product-shapes.ts";
import type { InferredValue, ShapeContext, ShapeRule } from "./shape-context.ts";
import { elementTypeNamed } from "../tensor.ts";
import { convDims, convShape, globalPoolShape, poolShape } from "./window-shapes.ts";

/** To whole numbers: of the zero point's type, else of the one that is named, else uint8. */
const quantize: ShapeRule = (c) => {
  const type = c.optional(2)?.type ?? elementTypeNamed(intOf(c.node, "output_dtype", 2));
  return type === undefined ? [] : [{ type, dims: c.input(0).dims }];
};

/** Back to the type of the scale, which is float32 in all but a few networks. */
const dequantize: ShapeRule = (c) => [{ type: c.input(1).type, dims: c.input(0).dims }];

/** Whole numbers, their scale and their zero point. */
const dynamicQuantize: ShapeRule = (c) => [
  { type: "uint8", dims: c.input(0).dims },
  { type: "float32", dims: [] },
  { type: "uint8", dims: [] },
];

/** Two operands at inputs 0 and 3, each followed by its scale and zero point; of the type of the first. */
const sideBySide: ShapeRule = (c) => [
  { type: c.input(0).type, dims: broadcastTo(c, c.input(0).dims, c.input(3).dims) },
];

const same: ShapeRule = (c) => [c.input(0)];

/** Scale and zero point of the result, then each part with its own. */
const concat: ShapeRule = (c) => {
  const first = c.input(2);
  const axis = c.axis(intOf(c.node, "axis", 0), first.dims.length);
  let size: Dimension = 0;
  for (let i = 2; i < c.inputCount; i += 3)
    size = combine(size, c.input(i).dims[axis] ?? unknown, (a, b) => a + b);
  return [{ type: first.type, dims: first.dims.with(axis, size) }];
};

/** float32 where the result has no scale of its own. */
const gemm: ShapeRule = (c) => [
  { type: c.optional(8)?.type ?? "float32", dims: gemmDims(c, c.input(0), c.input(3)) },
];

/** Maps with channels last have no row. */
function channelsFirst(rule: (c: ShapeContext) => readonly InferredValue[]): ShapeRule {
  return (c) => (intOf(c.node, "channels_last", 0) === 0 ? rule(c).slice(0, 1) : []);
}

/**
 * Shapes of quantised networks: the standard operators, and those of the runtime's own that its quantiser writes.
 * Source: the ONNX operator pages, and ContribOperators.md of ONNX Runtime.
 */
export const quantisedShapes: readonly (readonly [string, ShapeRule])[] = [
  ["QuantizeLinear", quantize],
  ["DequantizeLinear", dequantize],
  ["DynamicQuantizeLinear", dynamicQuantize],
  ["QLinearConv", (c) => [{ type: c.input(7).type, dims: convDims(c, c.input(0), c.input(3)) }]],
  ["QLinearMatMul", (c) => [{ type: c.input(7).type, dims: matMulDims(c, c.input(0), c.input(3)) }]],
  ["ConvInteger", (c) => [{ type: "int32", dims: convDims(c, c.input(0), c.input(1)) }]],
  ["MatMulInteger", (c) => [{ type: "int32", dims: matMulDims(c, c.input(0), c.input(1)) }]],
  ["com.microsoft.QuantizeLinear", quantize],
  ["com.microsoft.DequantizeLinear", dequantize],
  ["com.microsoft.QLinearAdd", sideBySide],
  ["com.microsoft.QLinearMul", sideBySide],
  ["com.microsoft.QLinearLeakyRelu", same],
  ["com.microsoft.QLinearSigmoid", same],
  ["com.microsoft.QLinearSoftmax", same],
  ["com.microsoft.QLinearConcat", concat],
  ["com.microsoft.QLinearAveragePool", channelsFirst(poolShape)],
  ["com.microsoft.QLinearGlobalAveragePool", channelsFirst(globalPoolShape)],
  ["com.microsoft.QGemm", gemm],
  [
    "com.microsoft.DynamicQuantizeMatMul",
    (c) => [{ type: "float32", dims: matMulDims(c, c.input(0), c.input(1)) }],
  ],
  [
    "com.microsoft.MatMulIntegerToFloat",
    (c) => [{ type: "float32", dims: matMulDims(c, c.input(0), c.input(1)) }],
  ],
  ["com.microsoft.FusedConv", convShape],
  ["com.microsoft.Gelu", same],
  ["com.microsoft.FastGelu", same],
  ["com.microsoft.QuickGelu", same],
];
