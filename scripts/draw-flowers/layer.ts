import type { Rgb } from "./colour.ts";

/** One sheet of the picture: premultiplied linear colour, coverage, and depth in pixels (larger is nearer). */
export interface Layer {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue planes, width * height each. */
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
  /** Coverage from 0 to 1. */
  readonly alpha: Float32Array;
  readonly depth: Float32Array;
}

/** An empty, fully transparent layer. */
export function createLayer(width: number, height: number): Layer {
  const plane = (): Float32Array => new Float32Array(width * height);
  return {
    width,
    height,
    planes: [plane(), plane(), plane()],
    alpha: plane(),
    depth: plane().fill(-Infinity),
  };
}

/** Covers the whole layer with a colour per pixel, infinitely far away. */
export function paintLayer(layer: Layer, colourAt: (x: number, y: number) => Rgb): void {
  for (let y = 0, i = 0; y < layer.height; y += 1)
    for (let x = 0; x < layer.width; x += 1, i += 1) {
      const colour = colourAt(x, y);
      for (let c = 0; c < 3; c += 1) layer.planes[c as 0 | 1 | 2][i] = Math.max(0, colour[c]!);
    }
  layer.alpha.fill(1);
}

/** Lays `front` over `back`, in place: back = front + back * (1 - alpha). */
export function compositeOver(back: Layer, front: Layer): void {
  for (let i = 0; i < back.alpha.length; i += 1) {
    const through = 1 - front.alpha[i]!;
    for (let c = 0 as 0 | 1 | 2; c < 3; c += 1)
      back.planes[c]![i] = front.planes[c]![i]! + back.planes[c]![i]! * through;
    back.alpha[i] = front.alpha[i]! + back.alpha[i]! * through;
  }
}

/** Puts a layer out of focus, in place. `sigma` in pixels; below half a pixel nothing changes. */
export function blurLayer(layer: Layer, sigma: number): void {
  for (const plane of layer.planes) blurPlane(plane, layer, sigma);
  blurPlane(layer.alpha, layer, sigma);
}

/**
 * Gaussian blur of one plane, in place, as three box filters each way: sigma^2 = 3 ((2r + 1)^2 - 1) / 12.
 * Edges repeat the border pixel.
 */
export function blurPlane(
  plane: Float32Array,
  size: { readonly width: number; readonly height: number },
  sigma: number,
): void {
  const radius = Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2);
  if (radius < 1) return;
  const { width, height } = size;
  for (let pass = 0; pass < 3; pass += 1) {
    for (let y = 0; y < height; y += 1) boxBlur(plane, { start: y * width, step: 1, length: width, radius });
    for (let x = 0; x < width; x += 1) boxBlur(plane, { start: x, step: width, length: height, radius });
  }
}

/** Running mean over 2 * radius + 1 values along one row or column. */
function boxBlur(
  plane: Float32Array,
  line: { start: number; step: number; length: number; radius: number },
): void {
  const { start, step, length, radius } = line;
  const source = Float32Array.from({ length }, (_, i) => plane[start + i * step]!);
  const at = (i: number): number => source[Math.max(0, Math.min(length - 1, i))]!;
  let sum = 0;
  for (let i = -radius; i <= radius; i += 1) sum += at(i);
  for (let i = 0; i < length; i += 1) {
    plane[start + i * step] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/**
 * Shades creases by unsharp masking of the depth (Luft, Colditz & Deussen, 2006): what lies behind its
 * surroundings darkens. `sigma` is the reach in pixels, `strength` the darkening per pixel of depth.
 */
export function shadeCreases(layer: Layer, sigma: number, strength: number): void {
  const coverage = Float32Array.from(layer.alpha);
  const mean = Float32Array.from(layer.depth, (depth) => (Number.isFinite(depth) ? depth : 0));
  blurPlane(coverage, layer, sigma);
  blurPlane(mean, layer, sigma);
  for (let i = 0; i < mean.length; i += 1) {
    if (layer.alpha[i] === 0) continue;
    const behind = mean[i]! / coverage[i]! - layer.depth[i]!;
    const factor = Math.max(0.35, Math.min(1.15, 1 - strength * behind));
    for (const plane of layer.planes) plane[i]! *= factor;
  }
}

/** Lets `front` cast a soft shadow on `back`: coverage moved by (dx, dy), blurred, and multiplied in. */
export function castShadow(
  back: Layer,
  front: Layer,
  shadow: { readonly dx: number; readonly dy: number; readonly sigma: number; readonly strength: number },
): void {
  const { width, height } = back;
  const mask = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const fromX = x - Math.round(shadow.dx);
      const fromY = y - Math.round(shadow.dy);
      if (fromX >= 0 && fromY >= 0 && fromX < width && fromY < height)
        mask[y * width + x] = front.alpha[fromY * width + fromX]!;
    }
  blurPlane(mask, back, shadow.sigma);
  for (let i = 0; i < mask.length; i += 1)
    for (const plane of back.planes) plane[i]! *= 1 - shadow.strength * mask[i]!;
}
