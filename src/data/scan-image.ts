import { join } from "node:path";
import { type ErrorRecord, isAbort, toErrorRecord } from "../base/errors.ts";
import type { DecodeOptions } from "../image/decode.ts";
import type { Image } from "../image/image.ts";
import { type ImageFacts, lookAtImage } from "../image/look-at-image.ts";

/** What one look at a file tells: what it is, or why it cannot be used. */
export type Scan = ImageFacts | { readonly error: ErrorRecord };

/** Pixels above which pictures are decoded one after the other: several of 300 MB at a time would fill the memory. */
const largePixels = 16_000_000;

/** Lets one of the large pictures through at a time. */
export type LargeGate = (work: () => Promise<Image>) => Promise<Image>;

/** How a picture of a data set is looked at. */
export interface ScanImageOptions extends DecodeOptions {
  readonly largeGate?: LargeGate;
}

/**
 * Reads, hashes and decodes a picture whole. `path` is relative to `root`; links to files are followed.
 * Only an abort is thrown.
 */
export async function scanImage(
  root: string,
  path: string,
  { largeGate = (work) => work(), ...options }: ScanImageOptions,
): Promise<Scan> {
  try {
    const { facts } = await lookAtImage(join(root, path), {
      ...options,
      subject: JSON.stringify(path),
      admit: async ({ width, height }, decode) =>
        await (width * height > largePixels ? largeGate(decode) : decode()),
    });
    return facts;
  } catch (error) {
    if (isAbort(error)) throw error;
    return { error: toErrorRecord(error) };
  }
}
