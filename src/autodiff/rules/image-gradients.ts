import { sizeOf } from "../../graph/tensor.ts";
import { type Correlation, isDepthwise, spatialAxes } from "./correlation.ts";
import type { Expressions } from "../expressions.ts";
import { type TiledOperands, allowsTiles, isTiled, tiledImage } from "./tiled.ts";
import { isPointwise, windowAttributes } from "./window.ts";

/** What the adjoint in `large` is made of. Shapes: small N x O x H' x W', kernel O x C/g x kH x kW. */
export interface ImageOperands {
  readonly small: string;
  readonly kernel: string;
  /** What of them is at the points of tiles already, and what will be. */
  readonly tiles?: TiledOperands;
}

type ImageForm = (e: Expressions, map: Correlation, values: ImageOperands) => string;

/**
 * The adjoint in `large`: each entry of `small` is spread over the places that it was computed from. N x C x H x W.
 * Several ways to write it; which is faster depends on the shape and was measured (`imageFormOf`).
 */
export function spread(e: Expressions, map: Correlation, values: ImageOperands): string {
  return imageForms[imageFormOf(map)](e, map, values);
}

/** The forms in which the gradient for a convolution's input can be computed, by name. */
export const imageForms = { convTranspose, flipped, tiled: tiledImage } satisfies Record<string, ImageForm>;

/** One of `imageForms`. */
export type ImageFormName = keyof typeof imageForms;

/** The forms that a shape allows. */
export function possibleImageForms(map: Correlation): ImageFormName[] {
  const { window } = map;
  const isDense = window.strides.every((stride) => stride === 1);
  const reaches = window.kernel.map((extent, i) => window.dilations[i]! * (extent - 1));
  const isInside = reaches.every((reach, i) => reach >= window.before[i]! && reach >= window.after[i]!);
  return [
    "convTranspose",
    ...(isDense && isInside ? (["flipped"] as const) : []),
    ...(allowsTiles(map) ? (["tiled"] as const) : []),
  ];
}

/** The fastest form by shape, measured as in `kernelFormOf`: by tiles where `isTiled` says so. */
export function imageFormOf(map: Correlation): ImageFormName {
  return isTiled(map) ? "tiled" : plainImageFormOf(map);
}

/**
 * The faster form without tiles. Turned round where that is a convolution of every channel alone, of single places, or of
 * many channels on maps of more than 20 x 20; else ConvTranspose.
 */
export function plainImageFormOf(map: Correlation): Exclude<ImageFormName, "tiled"> {
  if (!possibleImageForms(map).includes("flipped")) return "convTranspose";
  const isLarge = sizeOf(map.large.slice(2)) > 20 * 20 && map.large[1]! >= 64;
  return isDepthwise(map) || isPointwise(map.window) || isLarge ? "flipped" : "convTranspose";
}

/** ConvTranspose, at any stride. */
function convTranspose(e: Expressions, map: Correlation, { small, kernel }: ImageOperands): string {
  const { window, groups } = map;
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

/** At stride 1 a convolution again: with the kernel turned round, its inputs and outputs exchanged. */
function flipped(e: Expressions, map: Correlation, { small, kernel }: ImageOperands): string {
  const { window, groups } = map;
  const reaches = window.kernel.map((extent, i) => window.dilations[i]! * (extent - 1));
  const before = reaches.map((reach, i) => reach - window.before[i]!);
  const after = before.map((pad, i) => map.large[i + 2]! - map.small[i + 2]! + reaches[i]! - pad);
  const attributes = { ...windowAttributes({ ...window, before, after }), group: groups };
  return e.builder.op("Conv", [small, turned(e, map, kernel)], attributes);
}

/** O x C/g x kH x kW -> C x O/g x kH x kW, read backwards along the spatial axes. */
function turned(e: Expressions, map: Correlation, kernel: string): string {
  const { groups, window } = map;
  const [outputs, inputs] = map.kernel as [number, number];
  const axes = spatialAxes(map);
  const backwards = axes.reduce(
    (x, axis, i) => (window.kernel[i] === 1 ? x : e.slice(x, { axis, start: -1, end: -(2 ** 31), step: -1 })),
    kernel,
  );
  if (groups === 1) return e.transpose(backwards, [1, 0, ...axes]);
  const exchanged = [groups * inputs, outputs / groups, ...window.kernel];
  if (inputs === 1 && outputs === groups) return backwards;
  const grouped = e.reshape(backwards, [groups, outputs / groups, inputs, ...window.kernel]);
  return e.reshape(e.transpose(grouped, [0, 2, 1, ...axes.map((axis) => axis + 1)]), exchanged);
}
