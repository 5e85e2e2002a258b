import { combine, product, unknown } from "./dimensions.ts";
import type { Dimension } from "../graph.ts";
import { intOf, intsOf, stringOf } from "../node-attributes.ts";
import { type InferredValue, type Operand, type ShapeContext, unknownDims } from "./shape-context.ts";

/** Where a window stands along one spatial axis. */
interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/**
 * Steps of a window along `size`: floor or ceil of (size + pads - (kernel - 1) dilation - 1) / stride, plus 1.
 * In ceil mode a last window that would start in the padding behind is not taken.
 */
function windowCount(
  size: number,
  { kernel, stride, dilation, padBefore, padAfter }: Window,
  isCeil: boolean,
): number {
  const span = size + padBefore + padAfter - (kernel - 1) * dilation - 1;
  if (!isCeil) return Math.floor(span / stride) + 1;
  const count = Math.ceil(span / stride) + 1;
  return (count - 1) * stride >= size + padBefore ? count - 1 : count;
}

function windowsOf(c: ShapeContext, kernel: readonly number[]): Window[] {
  const rank = kernel.length;
  const strides = intsOf(c.node, "strides") ?? [];
  const dilations = intsOf(c.node, "dilations") ?? [];
  const pads = stringOf(c.node, "auto_pad", "NOTSET") === "NOTSET" ? (intsOf(c.node, "pads") ?? []) : [];
  const windows = kernel.map((size, i) => ({
    kernel: size,
    stride: strides[i] ?? 1,
    dilation: dilations[i] ?? 1,
    padBefore: pads[i] ?? 0,
    padAfter: pads[i + rank] ?? 0,
  }));
  if (windows.some(({ kernel, stride, dilation }) => !(kernel >= 1 && stride >= 1 && dilation >= 1)))
    throw c.error("expected kernel, strides and dilations of 1 and above");
  return windows;
}

function slide(c: ShapeContext, spatial: readonly Dimension[], windows: readonly Window[]): Dimension[] {
  const autoPad = stringOf(c.node, "auto_pad", "NOTSET");
  const isCeil = intOf(c.node, "ceil_mode", 0) === 1;
  if (spatial.length !== windows.length)
    throw c.error(`expected ${windows.length} spatial dimensions, got ${spatial.length}`);
  return spatial.map((size, i) => {
    if (typeof size === "string") return unknown;
    const window = windows[i]!;
    if (autoPad.startsWith("SAME")) return Math.ceil(size / window.stride);
    const count = windowCount(size, window, isCeil);
    if (count < 1) throw c.error(`expected a picture of at least the kernel ${window.kernel}, got ${size}`);
    return count;
  });
}

/** Shapes: N x C x H x W with weights M x C/group x kH x kW -> N x M x H' x W'. */
export function convShape(c: ShapeContext): InferredValue[] {
  return [{ type: c.input(0).type, dims: convDims(c, c.input(0), c.input(1)) }];
}

/** The dimensions of a convolution whose weights may be any of its inputs. */
export function convDims(c: ShapeContext, x: Operand, weights: Operand): Dimension[] {
  const group = intOf(c.node, "group", 1);
  requireRank(c, x, 3);
  const [filters, perGroup, ...sides] = weights.dims;
  const channels = x.dims[1]!;
  if (typeof channels === "number" && typeof perGroup === "number" && channels !== perGroup * group)
    throw c.error(`expected ${perGroup * group} channels, got ${channels}`);
  const kernel = intsOf(c.node, "kernel_shape") ?? numbers(sides);
  const spatial = x.dims.slice(2);
  return [
    x.dims[0]!,
    filters!,
    ...(kernel ? slide(c, spatial, windowsOf(c, kernel)) : unknownDims(spatial.length)),
  ];
}

/** Shapes: N x C x H x W with weights C x M/group x kH x kW -> N x M x H' x W'. */
export function convTransposeShape(c: ShapeContext): InferredValue[] {
  const x = c.input(0);
  const [channels, perGroup, ...sides] = c.input(1).dims;
  requireRank(c, x, 3);
  if (typeof x.dims[1] === "number" && typeof channels === "number" && x.dims[1] !== channels)
    throw c.error(`expected ${channels} channels, got ${x.dims[1]}`);
  const kernel = intsOf(c.node, "kernel_shape") ?? numbers(sides);
  const filters = combine(perGroup ?? unknown, intOf(c.node, "group", 1), (a, b) => a * b);
  const spatial = kernel ? spread(c, x.dims.slice(2), windowsOf(c, kernel)) : unknownDims(x.dims.length - 2);
  return [{ type: x.type, dims: [x.dims[0]!, filters, ...spatial] }];
}

/** The sides of a transposed convolution's result. */
function spread(c: ShapeContext, sides: readonly Dimension[], windows: readonly Window[]): Dimension[] {
  const isSame = stringOf(c.node, "auto_pad", "NOTSET").startsWith("SAME");
  const extra = intsOf(c.node, "output_padding") ?? [];
  const fixed = intsOf(c.node, "output_shape");
  return sides.map((size, i): Dimension => {
    if (fixed !== undefined) return fixed.at(i - windows.length) ?? unknown;
    if (typeof size === "string") return unknown;
    const { kernel, stride, dilation, padBefore, padAfter } = windows[i]!;
    if (isSame) return size * stride;
    return (size - 1) * stride + (extra[i] ?? 0) + (kernel - 1) * dilation + 1 - padBefore - padAfter;
  });
}

/** Shapes: N x C x H x W -> N x C x H' x W', and indices of the same shape. */
export function poolShape(c: ShapeContext): InferredValue[] {
  const x = c.input(0);
  const kernel = intsOf(c.node, "kernel_shape");
  if (kernel === undefined) throw c.error("expected an attribute kernel_shape, got none");
  requireRank(c, x, 3);
  const dims = [x.dims[0]!, x.dims[1]!, ...slide(c, x.dims.slice(2), windowsOf(c, kernel))];
  return [
    { type: x.type, dims },
    { type: "int64", dims },
  ];
}

/** Shapes: N x C x ... -> N x C x 1 x ... */
export function globalPoolShape(c: ShapeContext): InferredValue[] {
  const x = c.input(0);
  requireRank(c, x, 3);
  return [{ type: x.type, dims: x.dims.map((dim, i) => (i < 2 ? dim : 1)) }];
}

/** floor(size * scale), or the sizes given; `axes` limits which (opset 18). Sizes that keep the aspect are not told. */
export function resizeShape(c: ShapeContext): InferredValue[] {
  const x = c.input(0);
  const isStretched = ["stretch", ""].includes(stringOf(c.node, "keep_aspect_ratio_policy", ""));
  const axes = (intsOf(c.node, "axes") ?? x.dims.map((_, i) => i)).map((axis) => c.axis(axis, x.dims.length));
  const hasSizes = c.optional(3) !== undefined;
  const scales = c.values(c.opset >= 11 ? 2 : 1);
  const dims = [...x.dims];
  for (const [k, axis] of axes.entries()) {
    const size = dims[axis]!;
    const scale = scales?.[k];
    if (hasSizes) dims[axis] = isStretched ? (c.values(3)?.[k] ?? unknown) : unknown;
    else if (scale === 1) continue;
    else
      dims[axis] = typeof size === "number" && typeof scale === "number" ? Math.floor(size * scale) : unknown;
  }
  return [{ type: x.type, dims }];
}

/** Everything from `axis` on in one dimension, everything before in another. */
export function flattenShape(c: ShapeContext): InferredValue[] {
  const x = c.input(0);
  const axis = intOf(c.node, "axis", 1);
  const at = axis === x.dims.length ? axis : c.axis(axis, x.dims.length);
  return [{ type: x.type, dims: [product(x.dims.slice(0, at)), product(x.dims.slice(at))] }];
}

function requireRank(c: ShapeContext, { dims }: Operand, least: number): void {
  if (dims.length < least) throw c.error(`expected at least ${least} dimensions, got ${dims.length}`);
}

/** Undefined where one of them is not known: weights that are computed. */
function numbers(dims: readonly Dimension[]): readonly number[] | undefined {
  return dims.every((dim) => typeof dim === "number") ? dims : undefined;
}
