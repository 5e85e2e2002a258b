import type { Preprocessing } from "../graph/preprocessing.ts";
import type { Image } from "../image/image.ts";

/** What each level of each plane becomes, and the colour each plane takes. */
export interface PixelTable {
  /** Shape: 3 x 256. */
  readonly levels: readonly Float32Array[];
  /** Channel of the picture (RGB) for each plane. */
  readonly channels: readonly number[];
}

/** (x scale - mean) / std for the 256 levels, each operation rounded to float32 as the preprocessing graph does. */
export function pixelTable({ scale, mean, std, colour }: Preprocessing): PixelTable {
  const f = Math.fround;
  const levels = mean.map((centre, plane) =>
    Float32Array.from({ length: 256 }, (_, x) => f(f(f(x * f(scale)) - f(centre)) / f(std[plane]!))),
  );
  return { levels, channels: colour === "bgr" ? [2, 1, 0] : [0, 1, 2] };
}

/** A picture as normalised planes. Shapes: h x w x 3 -> 3 x h x w, written into `out`. */
export function toPlanes(
  { width, height, data }: Image,
  { levels, channels }: PixelTable,
  out: Float32Array,
): void {
  const plane = width * height;
  for (let p = 0; p < 3; p += 1) {
    const [level, first] = [levels[p]!, p * plane];
    for (let i = 0, at = channels[p]!; i < plane; i += 1, at += 3) out[first + i] = level[data[at]!]!;
  }
}

/** The middle of a picture as the preprocessing graph cuts it: halves to the even pixel, black where it is too small. */
export function centreCrop(image: Image, { width, height }: Pick<Preprocessing, "width" | "height">): Image {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 3);
  const left = offsetOf(image.width, width);
  const top = offsetOf(image.height, height);
  for (let y = Math.max(0, -top); y < Math.min(height, image.height - top); y += 1) {
    const [from, to] = [Math.max(0, left), Math.min(image.width, left + width)];
    const row = (y + top) * image.width;
    data.set(image.data.subarray((row + from) * 3, (row + to) * 3), (y * width + from - left) * 3);
  }
  return { width, height, data };
}

/** Where a window of `wanted` pixels begins; below 0 where black is added before. */
function offsetOf(length: number, wanted: number): number {
  if (length < wanted) return -Math.floor((wanted - length) / 2);
  const [half, rest] = [Math.floor((length - wanted) / 2), (length - wanted) % 2];
  return half + rest * (half % 2);
}
