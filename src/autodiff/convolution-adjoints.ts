import type { Expressions } from "./expressions.ts";
import { type Window, isPointwise, kernelOffsets, windowAttributes } from "./window.ts";

/**
 * A convolution as a bilinear map: `large` (N x C x H x W) and `kernel` (O x C/g x kH x kW) give `small`
 * (N x O x H' x W'). Conv maps large to small; ConvTranspose, its adjoint in `large`, maps small to large.
 */
export interface Correlation {
  readonly window: Window;
  readonly groups: number;
  readonly large: readonly number[];
  readonly small: readonly number[];
  readonly kernel: readonly number[];
}

/**
 * The adjoint in `large`: each entry of `small` is spread over the places that it was computed from.
 * Shapes: small N x O x H' x W', kernel O x C/g x kH x kW -> N x C x H x W.
 */
export function spread(
  e: Expressions,
  map: Correlation,
  { small, kernel }: { small: string; kernel: string },
): string {
  const { window, groups } = map;
  if (isPointwise(window) && groups === 1)
    return e.builder.op("Conv", [small, e.transpose(kernel, [1, 0, ...spatialAxes(map)])]);
  const covered = window.kernel.map(
    (extent, i) => window.strides[i]! * (map.small[i + 2]! - 1) + window.dilations[i]! * (extent - 1) + 1,
  );
  // What the windows reach beyond the image is cut off; what they never reached at its end stays zero.
  const excess = covered.map((length, i) => length - window.before[i]! - map.large[i + 2]!);
  const attributes = {
    ...windowAttributes({ ...window, after: excess.map((length) => Math.max(0, length)) }),
    output_padding: excess.map((length) => Math.max(0, -length)),
    group: groups,
  };
  return e.builder.op("ConvTranspose", [small, kernel], attributes);
}

/**
 * The adjoint in `kernel`: at each kernel offset, small times what of large it met there.
 * dK[o, c, k] = Σ_n,y small[n, o, y] · large[n, c, y s + k d - p]. Shape: O x C/g x kH x kW.
 * Three ways to write the same sum; which is fastest depends on the shape and was measured (`kernelFormOf`).
 */
export function correlate(
  e: Expressions,
  map: Correlation,
  values: { small: string; large: string },
): string {
  return kernelForms[kernelFormOf(map)](e, map, values);
}

type KernelForm = (e: Expressions, map: Correlation, values: { small: string; large: string }) => string;

const kernelForms = { pointwise, perOffset, columns, transposed } satisfies Record<string, KernelForm>;

/**
 * The fastest form by shape, measured on ONNX Runtime 1.30, CPU (bench/gradient-forms.ts).
 * Many offsets or few channels: one Conv over transposed tensors. A 3x3 kernel: a product per offset.
 * Up to 5x5 on maps small enough that the columns stay in memory: one product over all columns.
 */
export function kernelFormOf({ window, groups, large, small }: Correlation): keyof typeof kernelForms {
  if (groups > 1) return "transposed";
  if (isPointwise(window)) return "pointwise";
  const offsets = window.kernel.reduce((product, extent) => product * extent, 1);
  const places = small.slice(2).reduce((product, dim) => product * dim, 1);
  if (offsets > 25 || large[1]! < 16) return "transposed";
  if (offsets <= 9) return "perOffset";
  return places <= 32 * 32 ? "columns" : "transposed";
}

/** 1x1: one batched product, then the sum over the batch. */
function pointwise(
  e: Expressions,
  map: Correlation,
  { small, large }: { small: string; large: string },
): string {
  const [batch, inputs] = map.large as [number, number];
  const outputs = map.small[1]!;
  const rows = e.reshape(small, [batch, outputs, -1]);
  const columns = e.transpose(e.reshape(large, [batch, inputs, -1]), [0, 2, 1]);
  return e.reshape(e.sum(e.matMul(rows, columns), [0]), map.kernel);
}

/** Slice and one product for each kernel offset. */
function perOffset(e: Expressions, map: Correlation, values: { small: string; large: string }): string {
  const rows = channelsFirst(e, values.small, map.small);
  const products = shiftedChannels(e, map, values.large).map((shifted) =>
    e.gemm(rows, shifted, { transB: true }),
  );
  return kernelFromOffsets(e, map, products);
}

/** All shifted copies under each other (im2col), then one product. */
function columns(e: Expressions, map: Correlation, values: { small: string; large: string }): string {
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
  const first = e.transpose(large, [1, 0, ...spatialAxes(map)]);
  const padded = padSpatial(e, first, window);
  return kernelOffsets(window.kernel).map((offset) => {
    const starts = offset.map((at, i) => at * window.dilations[i]!);
    const ends = starts.map((start, i) => start + window.strides[i]! * (map.small[i + 2]! - 1) + 1);
    const inputs = [starts, ends, spatialAxes(map), window.strides].map((list) => e.builder.ints(list));
    const shifted = e.builder.op("Slice", [padded, ...inputs]);
    return e.reshape(shifted, [map.large[1]!, -1]);
  });
}

function padSpatial(e: Expressions, x: string, { before, after }: Window): string {
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
function transposed(e: Expressions, map: Correlation, values: { small: string; large: string }): string {
  const { window, groups } = map;
  const [batch, inputs] = map.large as [number, number];
  const axes = spatialAxes(map);
  const grouped = [batch, groups, inputs / groups, ...map.large.slice(2)];
  const image = e.reshape(
    e.transpose(e.reshape(values.large, grouped), [2, 1, 0, ...axes.map((axis) => axis + 1)]),
    [inputs / groups, groups * batch, ...map.large.slice(2)],
  );
  const kernel = e.transpose(values.small, [1, 0, ...axes]);
  const attributes = {
    strides: [...window.dilations],
    dilations: [...window.strides],
    pads: [...window.before, ...window.after],
    group: groups,
  };
  let sums = e.builder.op("Conv", [image, kernel], attributes);
  for (const [i, extent] of window.kernel.entries())
    sums = e.slice(sums, { axis: i + 2, start: 0, end: extent });
  return e.transpose(sums, [1, 0, ...axes]);
}

function spatialAxes({ large }: Correlation): number[] {
  return large.map((_, i) => i).slice(2);
}
