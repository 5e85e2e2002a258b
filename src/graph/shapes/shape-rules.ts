import { combine, product, sliceRange, unknown } from "./dimensions.ts";
import type { Dimension } from "../graph.ts";
import { attributeOf, intOf, intsOf, tensorOf } from "../node-attributes.ts";
import { attention, broadcastTo, gemm, matMul } from "./product-shapes.ts";
import { quantisedShapes } from "./quantised-shapes.ts";
import {
  type InferredValue,
  type Operand,
  type ShapeContext,
  type ShapeRule,
  unknownDims,
} from "./shape-context.ts";
import { type ElementType, elementTypeNamed } from "../tensor.ts";
import {
  convShape,
  convTransposeShape,
  flattenShape,
  globalPoolShape,
  poolShape,
  resizeShape,
} from "./window-shapes.ts";

const same: ShapeRule = (c) => [c.input(0)];
const withMask: ShapeRule = (c) => [c.input(0), { type: "bool", dims: c.input(0).dims }];

/** All inputs broadcast together; the result has the first one's type, or `type`. */
function broadcasting(type?: ElementType): ShapeRule {
  return (c) => {
    let dims: readonly Dimension[] = c.input(0).dims;
    for (let i = 1; i < c.inputCount; i += 1) dims = broadcastTo(c, dims, c.input(i).dims);
    return [{ type: type ?? c.input(0).type, dims }];
  };
}

const where: ShapeRule = (c) => {
  const dims = broadcastTo(c, broadcastTo(c, c.input(0).dims, c.input(1).dims), c.input(2).dims);
  return [{ type: c.input(1).type, dims }];
};

/** Normalised values; in training mode the running mean and variance follow. */
const batchNormalization: ShapeRule = (c) => [c.input(0), c.input(3), c.input(4)];

/** Normalised values, and the mean and inverse deviation, 1 from `axis` on. */
const layerNormalization: ShapeRule = (c) => {
  const x = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", -1), x.dims.length);
  const statistics = { type: x.type, dims: x.dims.map((dim, i) => (i < axis ? dim : 1)) };
  return [x, statistics, statistics];
};

const concat: ShapeRule = (c) => {
  const first = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", 0), first.dims.length);
  const dims = [...first.dims];
  for (let i = 1; i < c.inputCount; i += 1) {
    const next = c.input(i).dims;
    if (next.length !== dims.length) throw c.error("expected inputs of one rank");
    for (const [k, dim] of next.entries())
      if (k === axis) dims[k] = combine(dims[k]!, dim, (a, b) => a + b);
      else if (typeof dims[k] === "string" && typeof dim === "number") dims[k] = dim;
      else if (typeof dim === "number" && dims[k] !== dim)
        throw c.error(`expected dimensions to agree except along axis ${axis}`);
  }
  return [{ type: first.type, dims }];
};

const split: ShapeRule = (c) => {
  const x = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", 0), x.dims.length);
  const parts = c.node.outputs.length;
  const size = x.dims[axis]!;
  const chunk = combine(size, parts, (a, b) => Math.ceil(a / b));
  const given = c.listOr("split", 1, undefined);
  return Array.from({ length: parts }, (_, i) => {
    const even = combine(size, chunk, (a, b) => Math.min(b, a - i * b));
    return { type: x.type, dims: x.dims.with(axis, given === undefined ? even : (given?.[i] ?? unknown)) };
  });
};

const slice: ShapeRule = (c) => {
  const x = c.input(0);
  const starts = c.attributeOrInput("starts", 1);
  const ends = c.attributeOrInput("ends", 2);
  const hasAxes = intsOf(c.node, "axes") !== undefined || c.optional(3) !== undefined;
  const axes = hasAxes ? c.attributeOrInput("axes", 3) : x.dims.map((_, i) => i);
  if (axes === undefined) return [{ type: x.type, dims: unknownDims(x.dims.length) }];
  const dims = [...x.dims];
  const count = starts?.length ?? ends?.length ?? axes.length;
  for (const [k, which] of axes.slice(0, count).entries()) {
    const axis = c.axis(which, dims.length);
    const step = c.optional(4) === undefined ? 1 : (c.values(4)?.[k] ?? unknown);
    dims[axis] = slicedSize(dims[axis]!, starts?.[k] ?? unknown, { end: ends?.[k] ?? unknown, step });
  }
  return [{ type: x.type, dims }];
};

function slicedSize(
  size: Dimension,
  start: Dimension,
  { end, step }: { end: Dimension; step: Dimension },
): Dimension {
  const isWhole = start === 0 && step === 1 && typeof end === "number" && end >= 2 ** 31 - 1;
  if (isWhole) return size;
  if (
    typeof size === "string" ||
    typeof start === "string" ||
    typeof end === "string" ||
    typeof step === "string"
  )
    return unknown;
  return sliceRange(size, { start, end, step }).count;
}

/** 0 copies a dimension, -1 takes what is left. */
const reshape: ShapeRule = (c) => {
  const x = c.input(0);
  const target = c.attributeOrInput("shape", 1);
  if (target === undefined) {
    const [rank] = c.input(1).dims;
    return unknownRanks(x, typeof rank === "number" ? rank : null);
  }
  const copiesZero = intOf(c.node, "allowzero", 0) === 0;
  const dims = target.map((dim, i) => (dim === 0 && copiesZero ? (x.dims[i] ?? unknown) : dim));
  const free = dims.indexOf(-1);
  if (free >= 0) dims[free] = rest(c, x.dims, dims.toSpliced(free, 1));
  const [before, after] = [product(x.dims), product(dims)];
  if (typeof before === "number" && typeof after === "number" && before !== after)
    throw c.error(`expected ${before} elements to be kept, got a target of [${target}]`);
  return [{ type: x.type, dims }];
};

/** The dimension that makes both products equal; names on both sides cancel. */
function rest(c: ShapeContext, from: readonly Dimension[], to: readonly Dimension[]): Dimension {
  const left = [...from];
  const right = to.filter((dim) => {
    const at = typeof dim === "string" && dim !== unknown ? left.indexOf(dim) : -1;
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const divided = combine(product(left), product(right), (a, b) => a / b);
  if (typeof divided === "number" && !Number.isInteger(divided))
    throw c.error(`expected a target that divides ${product(left)} elements`);
  return product(right) === 1 ? product(left) : divided;
}

const transpose: ShapeRule = (c) => {
  const x = c.input(0);
  const perm = intsOf(c.node, "perm") ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  const isPermutation = [...perm].sort((a, b) => a - b).every((axis, i) => axis === i);
  if (perm.length !== x.dims.length || !isPermutation) throw c.error(`expected a permutation, got [${perm}]`);
  return [{ type: x.type, dims: perm.map((axis) => x.dims[axis]!) }];
};

const squeeze: ShapeRule = (c) => {
  const x = c.input(0);
  const given = c.listOr("axes", 1, undefined);
  if (given === undefined) return [{ type: x.type, dims: x.dims.filter((dim) => dim !== 1) }];
  if (!isKnown(given)) return unknownRanks(x, given && x.dims.length - given.length);
  const axes = new Set(given.map((axis) => c.axis(axis, x.dims.length)));
  const wrong = x.dims.find((dim, i) => axes.has(i) && typeof dim === "number" && dim !== 1);
  if (wrong !== undefined) throw c.error(`expected dimensions of 1 to squeeze, got ${wrong}`);
  return [{ type: x.type, dims: x.dims.filter((_, i) => !axes.has(i)) }];
};

const unsqueeze: ShapeRule = (c) => {
  const x = c.input(0);
  const given = c.listOr("axes", 1, undefined);
  if (given === undefined) throw c.error("expected axes, got none");
  if (!isKnown(given)) return unknownRanks(x, given && x.dims.length + given.length);
  const rank = x.dims.length + given.length;
  const axes = new Set(given.map((axis) => c.axis(axis, rank)));
  const old = x.dims.values();
  return [
    { type: x.type, dims: Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : old.next().value!)) },
  ];
};

const reduce: ShapeRule = (c) => {
  const x = c.input(0);
  const isKept = intOf(c.node, "keepdims", 1) === 1;
  const given = c.listOr("axes", 1, []);
  if (!isKnown(given)) {
    if (isKept) return [{ type: x.type, dims: x.dims.map((dim) => (dim === 1 ? 1 : unknown)) }];
    return unknownRanks(x, given && x.dims.length - given.length);
  }
  if (given.length === 0 && intOf(c.node, "noop_with_empty_axes", 0) === 1) return [x];
  const all = x.dims.map((_, i) => i);
  const axes = new Set(given.length > 0 ? given.map((axis) => c.axis(axis, x.dims.length)) : all);
  const dims = isKept
    ? x.dims.map((dim, i) => (axes.has(i) ? 1 : dim))
    : x.dims.filter((_, i) => !axes.has(i));
  return [{ type: x.type, dims }];
};

function isKnown(list: readonly Dimension[] | null): list is readonly number[] {
  return list !== null && list.every((value) => typeof value === "number");
}

/** A value of which the type and perhaps the rank is known. */
function unknownRanks({ type }: Operand, rank: number | null): InferredValue[] {
  return rank === null ? [] : [{ type, dims: unknownDims(rank) }];
}

const argReduce: ShapeRule = (c) => {
  const x = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", 0), x.dims.length);
  const isKept = intOf(c.node, "keepdims", 1) === 1;
  return [{ type: "int64", dims: isKept ? x.dims.with(axis, 1) : x.dims.toSpliced(axis, 1) }];
};

const pad: ShapeRule = (c) => {
  const x = c.input(0);
  const pads = c.attributeOrInput("pads", 1);
  const all = x.dims.map((_, i) => i);
  const given = c.listOr("axes", 3, all);
  if (!isKnown(given)) return unknownRanks(x, x.dims.length);
  const axes = given.map((axis) => c.axis(axis, x.dims.length));
  const dims = [...x.dims];
  for (const [k, axis] of axes.entries()) {
    const both = combine(pads?.[k] ?? unknown, pads?.[k + axes.length] ?? unknown, (a, b) => a + b);
    if (both !== 0) dims[axis] = combine(dims[axis]!, both, (a, b) => a + b);
  }
  return [{ type: x.type, dims }];
};

const gather: ShapeRule = (c) => {
  const x = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", 0), x.dims.length);
  return [{ type: x.type, dims: x.dims.toSpliced(axis, 1, ...c.input(1).dims) }];
};

const shape: ShapeRule = (c) => {
  const rank = c.input(0).dims.length;
  const end = intOf(c.node, "end", rank);
  return [
    { type: "int64", dims: [sliceRange(rank, { start: intOf(c.node, "start", 0), end, step: 1 }).count] },
  ];
};

const cast: ShapeRule = (c) => {
  const type = elementTypeNamed(intOf(c.node, "to", 0));
  return type === undefined ? [] : [{ type, dims: c.input(0).dims }];
};

const constant: ShapeRule = (c) => {
  const tensor = tensorOf(c.node, "value");
  if (tensor !== undefined) return [tensor];
  for (const [key, type] of [["value_float", "float32"] as const, ["value_int", "int64"] as const])
    if (key in c.node.attributes) return [{ type, dims: [] }];
  const floats = attributeOf(c.node, "value_floats", "floats");
  const ints = attributeOf(c.node, "value_ints", "ints");
  if (floats !== undefined) return [{ type: "float32", dims: [floats.length] }];
  if (ints !== undefined) return [{ type: "int64", dims: [ints.length] }];
  return []; // texts, or a sparse tensor
};

/** The shape that input `i` holds as numbers; undefined where not even its length is known. */
function dimsFromValues(c: ShapeContext, i: number): readonly Dimension[] | undefined {
  const [rank] = c.input(i).dims;
  return c.values(i) ?? (typeof rank === "number" ? unknownDims(rank) : undefined);
}

const constantOfShape: ShapeRule = (c) => {
  const dims = dimsFromValues(c, 0);
  return dims ? [{ type: tensorOf(c.node, "value")?.type ?? "float32", dims }] : [];
};

const expand: ShapeRule = (c) => {
  const dims = dimsFromValues(c, 1);
  return dims ? [{ type: c.input(0).type, dims: broadcastTo(c, c.input(0).dims, dims) }] : [];
};

const tile: ShapeRule = (c) => {
  const repeats = c.values(1);
  const dims = c.input(0).dims.map((dim, i) => combine(dim, repeats?.[i] ?? unknown, (a, b) => a * b));
  return [{ type: c.input(0).type, dims }];
};

const topK: ShapeRule = (c) => {
  const x = c.input(0);
  const axis = c.axis(intOf(c.node, "axis", -1), x.dims.length);
  const count = attributeOf(c.node, "k", "int") ?? c.values(1)?.[0] ?? unknown;
  const dims = x.dims.with(axis, count);
  return [
    { type: x.type, dims },
    { type: "int64", dims },
  ];
};

const range: ShapeRule = (c) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => c.values(i)?.[0]);
  const isKnown = [start, limit, delta].every((value) => typeof value === "number");
  const count = isKnown ? Math.max(0, Math.ceil((Number(limit) - Number(start)) / Number(delta))) : unknown;
  return [{ type: c.input(0).type, dims: [count] }];
};

const depthToSpace: ShapeRule = (c) => {
  const [n, channels, h, w] = c.input(0).dims;
  const block = intOf(c.node, "blocksize", 1);
  const times = (dim: Dimension): Dimension => combine(dim, block, (a, b) => a * b);
  const fewer = combine(channels ?? unknown, block, (a, b) => a / (b * b));
  return [{ type: c.input(0).type, dims: [n!, fewer, times(h!), times(w!)] }];
};

const unary =
  "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor Gelu HardSigmoid HardSwish Hardmax Identity " +
  "InstanceNormalization GroupNormalization LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish " +
  "Neg Not Reciprocal Relu RMSNormalization RotaryEmbedding Round ScatterElements ScatterND Selu Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan " +
  "Tanh ThresholdedRelu Trilu";
const binary = "Add BitShift Div Max Mean Min Mod Mul PRelu Pow Sub Sum";
const comparison = "And Equal Greater GreaterOrEqual Less LessOrEqual Or Xor";
const reductions =
  "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare";

function rows(names: string, rule: ShapeRule): [string, ShapeRule][] {
  return names.split(" ").map((name) => [name, rule]);
}

/**
 * The table of shape inference: a row an operator, those of the runtime's own domain under "com.microsoft.NAME".
 * Source: the operator pages of ONNX, opsets 7 to 26. Witness: ONNX Runtime's own outputs in infer-shapes.test.ts.
 */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...rows(unary, same),
  ...rows(binary, broadcasting()),
  ...rows(comparison, broadcasting("bool")),
  ...rows(reductions, reduce),
  ...rows("ArgMax ArgMin", argReduce),
  ...rows("IsInf IsNaN", (c) => [{ type: "bool", dims: c.input(0).dims }]),
  ...rows("MaxPool AveragePool LpPool", poolShape),
  ...rows("GlobalAveragePool GlobalMaxPool GlobalLpPool", globalPoolShape),
  ["Attention", attention],
  ["BatchNormalization", batchNormalization],
  ["Cast", cast],
  ["Concat", concat],
  ["Constant", constant],
  ["ConstantOfShape", constantOfShape],
  ["Conv", convShape],
  ["ConvTranspose", convTransposeShape],
  ["DepthToSpace", depthToSpace],
  ["Dropout", withMask],
  ["Expand", expand],
  ["Flatten", flattenShape],
  ["Gather", gather],
  ["GatherElements", (c) => [{ type: c.input(0).type, dims: c.input(1).dims }]],
  ["Gemm", gemm],
  ["LayerNormalization", layerNormalization],
  ["MatMul", matMul],
  ["Pad", pad],
  ["Range", range],
  ["Reshape", reshape],
  ["Resize", resizeShape],
  ["Shape", shape],
  ["Size", () => [{ type: "int64", dims: [] }]],
  ["Slice", slice],
  ["Split", split],
  ["Squeeze", squeeze],
  ["Tile", tile],
  ["TopK", topK],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
  ["Where", where],
  ...quantisedShapes,
]);
