import { hashBytes } from "../files/hash-file.ts";
import { type DecodeOptions, decodePixels } from "./decode.ts";
import type { Image } from "./image.ts";
import { type ImageHeader, inspectImage } from "./inspect-image.ts";
import { sketchOf } from "./sketch.ts";
import { readImageFile } from "./read-image-file.ts";

/** A usable picture's identity, form and size. */
export interface ImageFacts extends ImageHeader {
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  /** Distinct colours among its pixels, counted up to `colourCountLimit`. */
  readonly colours: number;
  /** What it is known again by; see `sketchOf`. */
  readonly sketch: string;
}

/** Enough to tell a drawing from a photo: a photo passes it within its first rows. */
export const colourCountLimit = 64;

/** How a picture is looked at. */
export interface LookOptions extends DecodeOptions {
  /** How error messages name it. */
  readonly subject: string;
  /** Called with the header before a pixel is decoded; it may wait for room, or throw. */
  readonly admit?: ((header: ImageHeader, decode: () => Promise<Image>) => Promise<Image>) | undefined;
}

/**
 * Reads, hashes and decodes a picture whole: a header that looks well says nothing of a truncated body.
 * Throws what `readImageFile`, `inspectImage`, `decodePixels` and `admit` throw.
 */
export async function lookAtImage(
  path: string,
  { admit = async (_header, decode) => await decode(), ...options }: LookOptions,
): Promise<{ facts: ImageFacts; image: Image }> {
  const bytes = await readImageFile(path, options);
  const header = await inspectImage(bytes, options);
  const image = await admit(header, async () => await decodePixels(bytes, options));
  const facts = {
    ...header,
    sha256: hashBytes(bytes),
    colours: countColours(image),
    sketch: sketchOf(image),
  };
  return { facts, image };
}

/** Distinct colours, never more than `colourCountLimit`. */
export function countColours({ data }: Image): number {
  const seen = new Set<number>();
  for (let i = 0; i < data.length && seen.size < colourCountLimit; i += 3)
    seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
  return seen.size;
}
