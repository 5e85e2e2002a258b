import type { GraphBuilder } from "../graph/build.ts";
import { type Tensor, floatTensor } from "../graph/tensor.ts";

/** A value of the graph by its name, or a number that becomes a float32 scalar constant. */
export type Term = string | number;

/**
 * ONNX operators as functions from terms to the name of the result, so that a derivative reads like its formula:
 * `mul(0.5, add(1, erf(x)))`. Every call writes one node into the builder. Broadcasting is ONNX's.
 */
export interface Expressions {
  readonly builder: GraphBuilder;
  add(a: Term, b: Term): string;
  sub(a: Term, b: Term): string;
  mul(a: Term, b: Term): string;
  div(a: Term, b: Term): string;
  pow(a: Term, b: Term): string;
  min(a: Term, b: Term): string;
  max(a: Term, b: Term): string;
  greater(a: Term, b: Term): string;
  less(a: Term, b: Term): string;
  equal(a: Term, b: Term): string;
  and(a: string, b: string): string;
  not(x: string): string;
  where(condition: string, a: Term, b: Term): string;
  neg(x: Term): string;
  sqrt(x: Term): string;
  exp(x: Term): string;
  log(x: Term): string;
  erf(x: Term): string;
  tanh(x: Term): string;
  sign(x: Term): string;
  matMul(a: string, b: string): string;
  /** α A' B', transposed as told. */
  gemm(
    a: string,
    b: string,
    options?: { transA?: boolean | undefined; transB?: boolean | undefined; alpha?: number | undefined },
  ): string;
  /** f x + y; in one pass where y is a product by `gemm`, which nothing else should read: it would be made twice. */
  accumulate(x: string, f: number, y: string): string;
  reshape(x: string, dims: readonly number[]): string;
  expand(x: string, dims: readonly number[]): string;
  transpose(x: string, permutation: readonly number[]): string;
  /** Sum over axes, which stay with length 1; `x` itself when there are none. */
  sum(x: string, axes: readonly number[]): string;
  /** Mean over axes, which stay with length 1. */
  mean(x: string, axes: readonly number[]): string;
  concat(parts: readonly string[], axis: number): string;
  slice(x: string, range: SliceRange): string;
  /** Zeros added before and after along one axis. */
  pad(x: string, padding: { rank: number; axis: number; before: number; after: number }): string;
  /** Zeros of a shape known now, as one stored number. */
  zeros(dims: readonly number[]): string;
}

/** ONNX Slice along one axis; `end` beyond the size means to the end. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** Expressions that write into `builder`. */
export function createExpressions(builder: GraphBuilder): Expressions {
  const nameOf = (term: Term): string => (typeof term === "number" ? builder.scalar(term) : term);
  const binary =
    (operator: string) =>
    (a: Term, b: Term): string =>
      builder.op(operator, [nameOf(a), nameOf(b)]);
  const unary =
    (operator: string) =>
    (x: Term): string =>
      builder.op(operator, [nameOf(x)]);
  const [add, mul] = [binary("Add"), binary("Mul")];
  return {
    builder,
    add,
    sub: binary("Sub"),
    mul,
    div: binary("Div"),
    pow: binary("Pow"),
    min: binary("Min"),
    max: binary("Max"),
    greater: binary("Greater"),
    less: binary("Less"),
    equal: binary("Equal"),
    and: binary("And"),
    not: unary("Not"),
    where: (condition, a, b) => builder.op("Where", [condition, nameOf(a), nameOf(b)]),
    neg: unary("Neg"),
    sqrt: unary("Sqrt"),
    exp: unary("Exp"),
    log: unary("Log"),
    erf: unary("Erf"),
    tanh: unary("Tanh"),
    sign: unary("Sign"),
    matMul: binary("MatMul"),
    ...products(builder, { add, mul }),
    ...movements(builder),
  };
}

type Movement = "reshape" | "expand" | "transpose" | "sum" | "mean" | "concat" | "slice" | "pad" | "zeros";

/** Gemm, and sums that a Gemm makes itself by its third operand. */
function products(
  b: GraphBuilder,
  { add, mul }: Pick<Expressions, "add" | "mul">,
): Pick<Expressions, "gemm" | "accumulate"> {
  const known = new Map<string, { factors: [string, string]; attributes: Record<string, number> }>();
  return {
    gemm: (left, right, { transA = false, transB = false, alpha = 1 } = {}) => {
      const attributes = { transA: Number(transA), transB: Number(transB), alpha };
      const product = b.op("Gemm", [left, right], attributes);
      known.set(product, { factors: [left, right], attributes });
      return product;
    },
    accumulate: (x, f, y) => {
      const product = known.get(y);
      if (product === undefined) return add(mul(x, f), y);
      return b.op("Gemm", [...product.factors, x], { ...product.attributes, beta: f });
    },
  };
}

function movements(b: GraphBuilder): Pick<Expressions, Movement> {
  return {
    reshape: (x, dims) => b.op("Reshape", [x, b.ints(dims)]),
    expand: (x, dims) => b.op("Expand", [x, b.ints(dims)]),
    transpose: (x, permutation) => b.op("Transpose", [x], { perm: permutation }),
    sum: (x, axes) => (axes.length === 0 ? x : b.op("ReduceSum", [x, b.ints(axes)], { keepdims: 1 })),
    mean: (x, axes) => (axes.length === 0 ? x : b.op("ReduceMean", [x, b.ints(axes)], { keepdims: 1 })),
    concat: (parts, axis) => (parts.length === 1 ? parts[0]! : b.op("Concat", parts, { axis })),
    slice: (x, { axis, start, end, step = 1 }) =>
      b.op("Slice", [x, b.ints([start]), b.ints([end]), b.ints([axis]), b.ints([step])]),
    pad: (x, { rank, axis, before, after }) =>
      b.op("Pad", [x, b.ints(padsOf(rank, { axis, before, after }))], { mode: "constant" }),
    zeros: (dims) => b.op("ConstantOfShape", [b.ints(dims)], { value: zero }),
  };
}

const zero: Tensor = floatTensor([1], [0]);

function padsOf(
  rank: number,
  { axis, before, after }: { axis: number; before: number; after: number },
): number[] {
  const pads = Array.from({ length: 2 * rank }, () => 0);
  pads[axis] = before;
  pads[rank + axis] = after;
  return pads;
}
