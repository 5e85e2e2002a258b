import { broadcast, combine, unknown } from "./dimensions.ts";
import type { Dimension } from "../graph.ts";
import { intOf } from "../node-attributes.ts";
import type { Operand, ShapeContext, ShapeRule } from "./shape-context.ts";

/** The dimensions of two operands side by side. Throws E_SHAPE where fixed ones disagree. */
export function broadcastTo(
  c: ShapeContext,
  a: readonly Dimension[],
  b: readonly Dimension[],
): readonly Dimension[] {
  const dims = broadcast(a, b);
  if (dims === undefined) throw c.error("expected dimensions that broadcast together");
  return dims;
}

/** Shapes: M x K, K x N (each perhaps transposed) -> M x N. */
export const gemm: ShapeRule = (c) => [{ type: c.input(0).type, dims: gemmDims(c, c.input(0), c.input(1)) }];

/** A B with either transposed on request. Shapes: M x K, K x N -> M x N. */
export function gemmDims(c: ShapeContext, left: Operand, right: Operand): Dimension[] {
  const a = transposed(c, left, "transA");
  const b = transposed(c, right, "transB");
  requireEqual(c, a[1]!, b[0]!);
  return [a[0]!, b[1]!];
}

function transposed(c: ShapeContext, { dims }: Operand, flag: string): readonly Dimension[] {
  if (dims.length !== 2) throw c.error("expected two matrices");
  return intOf(c.node, flag, 0) === 1 ? [dims[1]!, dims[0]!] : dims;
}

function requireEqual(c: ShapeContext, a: Dimension, b: Dimension): void {
  if (typeof a === "number" && typeof b === "number" && a !== b)
    throw c.error(`expected inner dimensions that agree, got ${a} and ${b}`);
}

/** Shape rule of MatMul. */
export const matMul: ShapeRule = (c) => [
  { type: c.input(0).type, dims: matMulDims(c, c.input(0), c.input(1)) },
];

/** ... x M x K, ... x K x N -> ... x M x N; a vector is a row on the left, a column on the right. */
export function matMulDims(c: ShapeContext, { dims: a }: Operand, { dims: b }: Operand): Dimension[] {
  if (a.length === 0 || b.length === 0) throw c.error("expected no scalars");
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  requireEqual(c, left.at(-1)!, right.at(-2)!);
  const batch = broadcastTo(c, left.slice(0, -2), right.slice(0, -2));
  const rows = a.length === 1 ? [] : [left.at(-2)!];
  const columns = b.length === 1 ? [] : [right.at(-1)!];
  return [...batch, ...rows, ...columns];
}

/** Of the queries' shape, with the values' width: [N, heads, L, D], or [N, L, heads D] with the heads side by side. */
export const attention: ShapeRule = (c) => {
  const [q, v] = [c.input(0), c.input(2)];
  const perHead = combine(v.dims.at(-1) ?? unknown, intOf(c.node, "kv_num_heads", 1), (a, b) => a / b);
  const joined = combine(perHead, intOf(c.node, "q_num_heads", 1), (a, b) => a * b);
  const width = q.dims.length === 4 ? v.dims.at(-1)! : joined;
  return [{ type: q.type, dims: [...q.dims.slice(0, -1), width] }];
};
