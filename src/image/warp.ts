import type { Image } from "./image.ts";

/**
 * Where an output pixel comes from: x = a u + b v + c, y = d u + e v + f, in pixels with centres at halves.
 */
export interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** The map of a rectangle onto the whole output, turned by `degrees` about its centre, mirrored when asked. */
export function cropMap(
  crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  output: { readonly width: number; readonly height: number },
  { degrees = 0, isFlipped = false }: { degrees?: number; isFlipped?: boolean } = {},
): AffineMap {
  const [sx, sy] = [(crop.width / output.width) * (isFlipped ? -1 : 1), crop.height / output.height];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [x, y] = [crop.left + crop.width / 2, crop.top + crop.height / 2];
  const [u, v] = [output.width / 2, output.height / 2];
  const linear = { a: cos * sx, b: -sin * sy, d: sin * sx, e: cos * sy };
  return { ...linear, c: x - linear.a * u - linear.b * v, f: y - linear.d * u - linear.e * v };
}

/** The picture seen through an affine map, bilinear, its border pixels repeated outside. Shapes: H x W x 3 -> h x w x 3. */
export function warp(image: Image, map: AffineMap, size: { width: number; height: number }): Image {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 3);
  for (let v = 0, at = 0; v < height; v += 1)
    for (let u = 0; u < width; u += 1, at += 3) {
      const x = clamp(map.a * (u + 0.5) + map.b * (v + 0.5) + map.c - 0.5, image.width - 1);
      const y = clamp(map.d * (u + 0.5) + map.e * (v + 0.5) + map.f - 0.5, image.height - 1);
      mix(image, { x, y }, data, at);
    }
  return { width, height, data };
}

/** Writes the bilinear mean of the four pixels around (x, y), rounded. */
function mix(
  { width, height, data }: Image,
  { x, y }: { x: number; y: number },
  out: Uint8Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [s, t] = [x - left, y - top];
  const first = (top * width + left) * 3;
  const right = left + 1 < width ? 3 : 0;
  const below = top + 1 < height ? width * 3 : 0;
  for (let channel = 0; channel < 3; channel += 1) {
    const i = first + channel;
    const above = data[i]! + s * (data[i + right]! - data[i]!);
    const under = data[i + below]! + s * (data[i + below + right]! - data[i + below]!);
    out[at + channel] = above + t * (under - above) + 0.5;
  }
}

function clamp(value: number, highest: number): number {
  return value < 0 ? 0 : value > highest ? highest : value;
}
