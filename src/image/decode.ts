import sharp, { type Metadata, type OutputInfo } from "sharp";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Image } from "./image.ts";
import { damaged, defaultPixelLimit, inspectImage } from "./inspect-image.ts";
import { hiddenOrientation, turned } from "./orientation.ts";
import { isPlainJpeg } from "./plain-jpeg.ts";
import { readImageFile } from "./read-image-file.ts";
import { isUnscaled, unscaledPixels } from "./unscaled-pixels.ts";

/** What a picture may be at most. */
export interface DecodeOptions extends WorkOptions {
  /** Largest width x height; default 100 megapixels. */
  readonly pixelLimit?: number | undefined;
}

// libvips would keep recent files and spread one picture over all cores; we keep several pictures under way instead.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a file or its bytes to 8-bit sRGB at full size: orientation applied (EXIF, and where there is none, a PNG's raw
 * profile or XMP), alpha laid on white, grey, CMYK, palette and 16-bit converted, an embedded colour profile honoured,
 * TIFFs of floats from 0 to 1 scaled.
 *
 * Errors, each naming the file: E_IMAGE_UNREADABLE (cannot be read), E_IMAGE_EMPTY, E_IMAGE_TYPE (no supported
 * picture, SVG included; a TIFF of numbers whose white nobody knows), E_IMAGE_ANIMATED (more than one frame), E_IMAGE_TOO_LARGE (checked before decoding),
 * E_IMAGE_TRUNCATED (ends early or is damaged). Witness: Pillow, `test/reference/decode/`.
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Image> {
  const subject = typeof source === "string" ? JSON.stringify(source) : "image";
  const bytes = typeof source === "string" ? await readImageFile(source, options) : source;
  await inspectImage(bytes, { subject, pixelLimit: options.pixelLimit });
  return await decodePixels(bytes, { ...options, subject });
}

/** The second half of `decodeImage`, for bytes that `inspectImage` has passed. */
export async function decodePixels(
  bytes: Uint8Array,
  { signal, pixelLimit = defaultPixelLimit, subject = "image" }: DecodeOptions & { subject?: string } = {},
): Promise<Image> {
  signal?.throwIfAborted();
  try {
    if (isPlainJpeg(bytes)) return await plainPixels(bytes, pixelLimit);
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const orientation = hiddenOrientation(header, bytes);
    if (isUnscaled(header)) return await unscaledPixels(bytes, header, { subject, orientation });
    // "error" refuses missing and corrupt pixels, yet forgives the warnings that many cameras' files cause.
    const source = sharp(bytes, { failOn: "error", limitInputPixels: pixelLimit }).autoOrient();
    const picture = turned(source, orientation).flatten({ background: "white" }).toColourspace("srgb");
    if (isDeepWithProfile(header)) picture.withIccProfile("srgb");
    const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeChannels(data, info) };
  } catch (cause) {
    if (cause instanceof RootstockError) throw cause;
    throw damaged(`${subject}: ends early or is damaged`, cause);
  }
}

/** The common case: nothing to turn or to convert, so the decoder's rows go straight into the result. */
async function plainPixels(bytes: Uint8Array, pixelLimit: number): Promise<Image> {
  const source = sharp(bytes, { failOn: "error", limitInputPixels: pixelLimit });
  const { data, info } = await source.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: threeChannels(data, info) };
}

/**
 * 16 bits a channel and a colour profile: sharp converts such a picture to Display P3 to keep its colours, and would
 * leave it there. One of 8 bits is in sRGB already, and must not be rounded a second time.
 */
function isDeepWithProfile({ depth, icc, space }: Metadata): boolean {
  return depth === "ushort" && icc !== undefined && space === "rgb16";
}

/** Grey pictures come out with one channel even in sRGB; networks want three. */
function threeChannels(data: Uint8Array, { width, height, channels }: OutputInfo): Uint8Array {
  if (channels === 3) return data;
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const grey = data[i * channels]!;
    out[3 * i] = grey;
    out[3 * i + 1] = grey;
    out[3 * i + 2] = grey;
  }
  return out;
}
