import sharp, { type Metadata } from "sharp";
import { RootstockError } from "../base/errors.ts";
import type { Image } from "./image.ts";
import { turned } from "./orientation.ts";

/** Floats a little beyond 0 and 1 come from resizing; they are clipped like other pictures' overshoot. */
const overshoot = 0.1;

/** True for channels whose white no format fixes: floats, signed and 32-bit whole numbers, as a TIFF may have. */
export function isUnscaled({ depth, space }: Metadata): boolean {
  return depth !== "uchar" && depth !== "ushort" && !["xyz", "lab", "labs"].includes(space);
}

/**
 * Pixels of a picture of floats, signed or 32-bit whole numbers: floats up to 1 are taken times 255, other numbers from
 * 0 to 255 as they are; alpha is laid on white. Colours are not managed: the numbers are taken for sRGB.
 * Throws E_IMAGE_TYPE for any other range: which number is white, nobody can say.
 */
export async function unscaledPixels(
  bytes: Uint8Array,
  header: Metadata,
  options: { readonly subject: string; readonly orientation: number },
): Promise<Image> {
  const { depth, space } = header;
  const { data, info } = await turned(sharp(bytes, { failOn: "error" }).autoOrient(), options.orientation)
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: "float" })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const { width, height, channels } = info;
  const range = await rangeOf(values, bytes, depth);
  return { width, height, data: toBytes(values, channels, scaleOf(range, depth, options.subject)) };
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Of 16-bit whole numbers the decoder hands on no negative ones; it does count them. */
async function rangeOf(values: Float32Array, bytes: Uint8Array, depth: Metadata["depth"]): Promise<Range> {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) return { low: NaN, high: NaN };
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (depth !== "short") return { low, high };
  const { channels } = await sharp(bytes).stats();
  return { low: Math.min(low, ...channels.map(({ min }) => min)), high };
}

/** What a number is multiplied with, so that white is 255. */
function scaleOf({ low, high }: Range, depth: Metadata["depth"], subject: string): number {
  const isFloat = depth === "float" || depth === "double";
  if (isFloat && low >= -overshoot && high <= 1 + overshoot) return 255;
  if (low >= 0 && high <= 255) return 1;
  const got = Number.isNaN(low) ? "some that are no numbers" : `numbers from ${show(low)} to ${show(high)}`;
  throw new RootstockError(
    "E_IMAGE_TYPE",
    `${subject}: expected 8 or 16 bits a channel, floats from 0 to 1, or numbers from 0 to 255, got ${got}: which of them is white cannot be known.`,
    { hint: "Save it with 8 or 16 bits a channel, as it should look." },
  );
}

function show(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Grey or colour, with or without alpha, to three channels of 8 bits. */
function toBytes(values: Float32Array, channels: number, scale: number): Uint8Array {
  const colours = channels < 3 ? 1 : 3;
  const out = new Uint8ClampedArray((values.length / channels) * 3); // rounds to the nearest, ties to even
  for (let from = 0, to = 0; from < values.length; from += channels)
    for (let c = 0; c < 3; c += 1, to += 1) {
      const value = values[from + Math.min(c, colours - 1)]! * scale;
      const alpha = channels > colours ? (values[from + colours]! * scale) / 255 : 1;
      out[to] = value * alpha + 255 * (1 - alpha);
    }
  return new Uint8Array(out.buffer);
}
