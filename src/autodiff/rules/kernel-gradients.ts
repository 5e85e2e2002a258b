import { floatTensor, sizeOf } from "../../graph/tensor.ts";
import { type Correlation, isDepthwise, spatialAxes } from "./correlation.ts";
import type { Expressions } from "../expressions.ts";
import { type TiledOperands, allowsTiles, isTiled, tiledKernel } from "./tiled.ts";
import { isPointwise, kernelOffsets, windowAttributes } from "./window.ts";

/** What the adjoint in `kernel` is made of. Shapes: small N x O x H' x W', large N x C x H x W. */
export interface KernelOperands {
  readonly small: string;
  readonly large: string;
  /** What of them is at the points of tiles already, and what will be. */
  readonly tiles?: TiledOperands;
}

type KernelForm = (e: Expressions, map: Correlation, values: KernelOperands) => string;

/**
 * The adjoint in `kernel`: at each kernel offset, small times what of large it met there.
 * dK[o, c, k] = Σ_n,y small[n, o, y] · large[n, c, y s + k d - p]. Shape: O x C/g x kH x kW.
 * Several ways to write the same sum; which is fastest depends on the shape and was measured (`kernelFormOf`).
 */
export function correlate(e: Expressions, map: Correlation, values: KernelOperands): string {
  return kernelForms[kernelFormOf(map)](e, map, values);
}

/** The forms in which the gradient for a convolution's weights can be computed, by name. */
export const kernelForms = {
  pointwise,
  perOffset,
  columns,
  unfolded,
  transposed,
  planes,
  bands,
  pairs,
  tiled: tiledKernel,
} satisfies Record<string, KernelForm>;

/** One of `kernelForms`. */
export type KernelFormName = keyof typeof kernelForms;

/** Pairs of places whose products stay in the processor's caches; up to four times as many are still worth a try. */
const cachedPairs = 10_000;

/** The forms that a shape allows. */
export function possibleKernelForms(map: Correlation): KernelFormName[] {
  const { window, groups, small, large } = map;
  const tiled = allowsTiles(map) ? (["tiled"] as const) : [];
  const dense = ["perOffset", "columns", "unfolded", "transposed", ...tiled] as const;
  if (groups === 1) return isPointwise(window) ? ["pointwise", ...dense] : [...dense];
  if (!isDepthwise(map)) return ["transposed"];
  const pairCount = sizeOf(small.slice(2)) * sizeOf(large.slice(2));
  return [
    "transposed",
    "planes",
    ...(small.length === 4 ? (["bands"] as const) : []),
    ...(pairCount <= 4 * cachedPairs ? (["pairs"] as const) : []),
  ];
}

/** Places of a map above which columns of many channels leave the caches. */
const largeMap = 32 * 32;

/** The fastest form by shape: by tiles where `isTiled` says so. */
export function kernelFormOf(map: Correlation): KernelFormName {
  return isTiled(map) ? "tiled" : plainKernelFormOf(map);
}

/**
 * The fastest form without tiles, measured on ONNX Runtime 1.30, CPU, 2 threads, batch 32 (bench/gradient-forms.ts).
 * Depthwise: all pairs of places on the smallest maps, bands on those of up to 28 columns, else a convolution of planes.
 * 1x1: one product over channels that come first; on large maps one product a picture.
 * Up to 9 offsets: all columns in one product; unfolded by a convolution where slicing costs more (few channels on large
 * maps, a stride). Up to 25 on small maps: columns. What is left, large kernels: one convolution on transposed tensors.
 */
export function plainKernelFormOf(map: Correlation): Exclude<KernelFormName, "tiled"> {
  const { window, groups, large, small } = map;
  const places = sizeOf(small.slice(2));
  if (groups > 1) return isDepthwise(map) ? depthwiseFormOf(map) : "transposed";
  const isLarge = places > largeMap;
  if (isPointwise(window)) return isLarge ? "pointwise" : "columns";
  const [offsets, channels] = [sizeOf(window.kernel), large[1]!];
  const isStrided = window.strides.some((stride) => stride > 1);
  if (offsets <= 9) return channels < 16 || isStrided || (isLarge && channels <= 64) ? "unfolded" : "columns";
  return offsets <= 25 && channels >= 16 && !isLarge ? "columns" : "transposed";
}

function depthwiseFormOf({ small, large }: Correlation): "pairs" | "bands" | "planes" {
  if (sizeOf(small.slice(2)) * sizeOf(large.slice(2)) <= cachedPairs) return "pairs";
  return small.length === 4 && small[3]! <= bandWidth ? "bands" : "planes";
}

/** 1x1: one batched product, then the sum over the batch. */
function pointwise(e: Expressions, map: Correlation, { small, large }: KernelOperands): string {
  return batchedProduct(e, map, { small, columns: large });
}

/** Columns N x C k x H' x W' by a convolution with one-hot kernels, one for each offset; then as for 1x1. */
function unfolded(e: Expressions, map: Correlation, { small, large }: KernelOperands): string {
  const { window } = map;
  const channels = map.large[1]!;
  const offsets = sizeOf(window.kernel);
  const oneHot = Array.from({ length: offsets * offsets }, (_, i) => Number(i % (offsets + 1) === 0));
  const kernel = Array.from({ length: channels }, () => oneHot).flat();
  const weights = e.builder.constant(floatTensor([channels * offsets, 1, ...window.kernel], kernel));
  const attributes = { ...windowAttributes(window), group: channels };
  const columns = e.builder.op("Conv", [large, weights], attributes);
  return batchedProduct(e, map, { small, columns });
}

/** Σ_n small[n] columns[n]ᵗ. Shapes: N x O x H' x W', N x (C k) x H' x W' -> O x C x kH x kW. */
function batchedProduct(
  e: Expressions,
  map: Correlation,
  { small, columns }: { small: string; columns: string },
): string {
  const [batch, outputs] = map.small as [number, number];
  const rows = e.reshape(small, [batch, outputs, -1]);
  const flat = e.reshape(columns, [batch, sizeOf(map.kernel.slice(1)), -1]);
  const product = e.matMul(rows, e.transpose(flat, [0, 2, 1]));
  return e.reshape(e.sum(product, [0]), map.kernel);
}

/** Slice and one product for each kernel offset. */
function perOffset(e: Expressions, map: Correlation, values: KernelOperands): string {
  const rows = channelsFirst(e, values.small, map.small);
  const products = shiftedChannels(e, map, values.large).map((shifted) =>
    e.gemm(rows, shifted, { transB: true }),
  );
  return kernelFromOffsets(e, map, products);
}

/** All shifted copies under each other (im2col), then one product. */
function columns(e: Expressions, map: Correlation, values: KernelOperands): string {
  const rows = channelsFirst(e, values.small, map.small);
  const product = e.gemm(rows, e.concat(shiftedChannels(e, map, values.large), 0), { transB: true });
  return kernelFromOffsets(e, map, [product]);
}

/** O x (offsets C) -> O x C x kH x kW. */
function kernelFromOffsets(e: Expressions, map: Correlation, products: readonly string[]): string {
  const [outputs, inputs] = map.kernel as [number, number];
  const stacked = e.reshape(e.concat(products, 1), [outputs, -1, inputs]);
  return e.reshape(e.transpose(stacked, [0, 2, 1]), map.kernel);
}

/** For each kernel offset the part of `large` that it met. Shapes: N x C x H x W -> each C x (N H' W'). */
function shiftedChannels(e: Expressions, map: Correlation, large: string): string[] {
  const { window } = map;
  if (isPointwise(window)) return [channelsFirst(e, large, map.large)];
  const first = e.transpose(large, [1, 0, ...spatialAxes(map)]);
  const padded = padSpatial(e, first, map);
  return kernelOffsets(window.kernel).map((offset) => {
    const starts = offset.map((at, i) => at * window.dilations[i]!);
    const ends = starts.map((start, i) => start + window.strides[i]! * (map.small[i + 2]! - 1) + 1);
    const inputs = [starts, ends, spatialAxes(map), window.strides].map((list) => e.builder.ints(list));
    const shifted = e.builder.op("Slice", [padded, ...inputs]);
    return e.reshape(shifted, [map.large[1]!, -1]);
  });
}

function padSpatial(e: Expressions, x: string, { window: { before, after } }: Correlation): string {
  if ([...before, ...after].every((pad) => pad === 0)) return x;
  return e.builder.op("Pad", [x, e.builder.ints([0, 0, ...before, 0, 0, ...after])]);
}

/** N x O x H' x W' -> O x (N H' W'). */
function channelsFirst(e: Expressions, x: string, dims: readonly number[]): string {
  const axes = dims.map((_, i) => i).slice(2);
  return e.reshape(e.transpose(x, [1, 0, ...axes]), [dims[1]!, -1]);
}

/**
 * The sum as a convolution whose image is `large` with batch and channels exchanged and whose kernel is `small`
 * likewise; stride and dilation change places. Places that the forward stride never reached are cut off.
 */
function transposed(e: Expressions, map: Correlation, values: KernelOperands): string {
  const { groups } = map;
  const [batch, inputs] = map.large as [number, number];
  const axes = spatialAxes(map);
  const grouped = [batch, groups, inputs / groups, ...map.large.slice(2)];
  const image = e.reshape(
    e.transpose(e.reshape(values.large, grouped), [2, 1, 0, ...axes.map((axis) => axis + 1)]),
    [inputs / groups, groups * batch, ...map.large.slice(2)],
  );
  const kernel = e.transpose(values.small, [1, 0, ...axes]);
  const sums = correlationAt(e, map, { image, kernel, groups });
  return e.transpose(sums, [1, 0, ...axes]);
}

/** Depthwise, as `transposed` but with every plane of every picture a group of its own; then the sum over the batch. */
function planes(e: Expressions, map: Correlation, values: KernelOperands): string {
  const [batch, outputs] = map.small as [number, number];
  const groups = batch * map.large[1]!;
  const image = e.reshape(values.large, [1, groups, ...map.large.slice(2)]);
  const kernel = e.reshape(values.small, [batch * outputs, 1, ...map.small.slice(2)]);
  const sums = correlationAt(e, map, { image, kernel, groups });
  return e.reshape(e.sum(e.reshape(sums, [batch, ...map.kernel]), [0]), map.kernel);
}

/** `kernel` moved over `image` to every offset of the forward kernel. */
function correlationAt(
  e: Expressions,
  { window }: Correlation,
  { image, kernel, groups }: { image: string; kernel: string; groups: number },
): string {
  const attributes = {
    strides: [...window.dilations],
    dilations: [...window.strides],
    pads: [...window.before, ...window.after],
    group: groups,
  };
  let sums = e.builder.op("Conv", [image, kernel], attributes);
  for (const [i, extent] of window.kernel.entries())
    sums = e.slice(sums, { axis: i + 2, start: 0, end: extent });
  return sums;
}

/** Columns of `small` that one product of `bands` takes: fewer waste less on places that never meet, more run faster. */
const bandWidth = 28;

/**
 * Depthwise, two spatial axes: for each channel, kernel row and band of columns one product of all rows of `small` with
 * the rows of `large` that they met; each offset sums a diagonal of it.
 */
function bands(e: Expressions, map: Correlation, { small, large }: KernelOperands): string {
  const { window } = map;
  const [batch, outputs, height, width] = map.small as [number, number, number, number];
  const channels = map.large[1]!;
  const each = outputs / channels;
  const parted = e.reshape(small, [batch, channels, each, height, width]);
  const rows = e.reshape(e.transpose(parted, [1, 0, 3, 2, 4]), [channels, batch * height, each, width]);
  const padded = padSpatial(e, e.transpose(large, [1, 0, 2, 3]), map);
  const reach = window.dilations[1]! * (window.kernel[1]! - 1) + 1;
  const sums = Array.from({ length: window.kernel[0]! }, (): string[] => []);
  for (let from = 0; from < width; from += bandWidth) {
    const count = Math.min(bandWidth, width - from);
    const own = count === width ? rows : e.slice(rows, { axis: 3, start: from, end: from + count });
    const across = e.transpose(e.reshape(own, [channels, batch * height, each * count]), [0, 2, 1]);
    const wide = window.strides[1]! * (count - 1) + reach;
    const diagonals = e.builder.constant(diagonalsOf(window, { count, wide }));
    for (const [i, parts] of sums.entries()) {
      const top = i * window.dilations[0]!;
      const left = window.strides[1]! * from;
      const bottom = top + window.strides[0]! * (height - 1) + 1;
      const corners = [
        [top, left],
        [bottom, left + wide],
        [2, 3],
        [window.strides[0]!, 1],
      ];
      const met = e.builder.op("Slice", [padded, ...corners.map((list) => e.builder.ints(list))]);
      const product = e.matMul(across, e.reshape(met, [channels, batch * height, wide]));
      parts.push(e.matMul(e.reshape(product, [outputs, count * wide]), diagonals));
    }
  }
  const total = sums.map((parts) => (parts.length === 1 ? parts[0]! : e.builder.op("Sum", parts)));
  return e.reshape(e.concat(total, 1), map.kernel);
}

/** 1 where column x of a band meets column x' of the padded `large` at an offset. Shape: (count wide) x kW. */
function diagonalsOf(
  { kernel, strides, dilations }: Correlation["window"],
  { count, wide }: { count: number; wide: number },
): ReturnType<typeof floatTensor> {
  const [offsets, stride, dilation] = [kernel[1]!, strides[1]!, dilations[1]!];
  const values = new Float32Array(count * wide * offsets);
  for (let x = 0; x < count; x += 1)
    for (let at = 0; at < offsets; at += 1)
      values[(x * wide + x * stride + at * dilation) * offsets + at] = 1;
  return floatTensor([count * wide, offsets], values);
}

/**
 * Depthwise on small maps: for each channel the products of all places of `small` with all places of `large`, summed
 * over the batch, of which each offset sums those that it brings together.
 */
function pairs(e: Expressions, map: Correlation, values: KernelOperands): string {
  const [batch, outputs] = map.small as [number, number];
  const inputs = map.large[1]!;
  const [from, to] = [sizeOf(map.small.slice(2)), sizeOf(map.large.slice(2))];
  const rows = e.transpose(e.reshape(values.small, [batch, inputs, outputs / inputs, from]), [1, 2, 3, 0]);
  const flat = e.transpose(e.reshape(values.large, [batch, inputs, 1, to]), [1, 2, 0, 3]);
  const products = e.reshape(e.matMul(rows, flat), [outputs, from * to]);
  return e.reshape(e.matMul(products, e.builder.constant(meetings(map))), map.kernel);
}

/** 1 where place y of `small` meets place x of `large` at an offset. Shape: (H' W' H W) x k. */
function meetings({ window, small, large }: Correlation): ReturnType<typeof floatTensor> {
  const [from, to] = [kernelOffsets(small.slice(2)), kernelOffsets(large.slice(2))];
  const offsets = kernelOffsets(window.kernel);
  const meets = from.flatMap((y) =>
    to.flatMap((x) =>
      offsets.map((offset) =>
        Number(
          offset.every(
            (at, i) => x[i] === y[i]! * window.strides[i]! + at * window.dilations[i]! - window.before[i]!,
          ),
        ),
      ),
    ),
  );
  return floatTensor([from.length * to.length, offsets.length], meets);
}
