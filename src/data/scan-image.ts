import { join } from "node:path";
import { type ErrorRecord, isAbort, toErrorRecord } from "../base/errors.ts";
import { hashBytes } from "../files/hash-file.ts";
import { type DecodeOptions, decodePixels } from "../image/decode.ts";
import type { Image } from "../image/image.ts";
import { type ImageHeader, inspectImage } from "../image/inspect-image.ts";
import { readImageFile } from "../image/read-image-file.ts";

/** A usable picture's identity, form and size. */
export interface GoodScan extends ImageHeader {
  readonly sha256: string;
  /** Distinct colours among its pixels, counted up to `colourCountLimit`. */
  readonly colours: number;
}

/** What one look at a file tells: the above, or why it cannot be used. */
export type Scan = GoodScan | { readonly error: ErrorRecord };

/** Enough to tell a drawing from a photo: a photo passes it within its first rows. */
export const colourCountLimit = 64;

/** Pixels above which pictures are decoded one after the other: several of 300 MB at a time would fill the memory. */
const largePixels = 16_000_000;

/** Lets one of the large pictures through at a time. */
export type LargeGate = (work: () => Promise<Image>) => Promise<Image>;

/**
 * Reads, hashes and decodes a picture whole: a header that looks well says nothing of a truncated body.
 * `path` is relative to `root`; links to files are followed. Only an abort is thrown.
 */
export async function scanImage(
  root: string,
  path: string,
  options: DecodeOptions & { largeGate?: LargeGate },
): Promise<Scan> {
  const subject = JSON.stringify(path);
  try {
    const bytes = await readImageFile(join(root, path), { ...options, subject });
    const header = await inspectImage(bytes, { ...options, subject });
    const decode = async (): Promise<Image> => await decodePixels(bytes, { ...options, subject });
    const isLarge = header.width * header.height > largePixels;
    const image =
      isLarge && options.largeGate !== undefined ? await options.largeGate(decode) : await decode();
    return { ...header, sha256: hashBytes(bytes), colours: countColours(image) };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { error: toErrorRecord(error) };
  }
}

/** Distinct colours, never more than `colourCountLimit`. */
export function countColours({ data }: Image): number {
  const seen = new Set<number>();
  for (let i = 0; i < data.length && seen.size < colourCountLimit; i += 3)
    seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
  return seen.size;
}
