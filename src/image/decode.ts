import { readFile } from "node:fs/promises";
import sharp, { type Metadata, type OutputInfo } from "sharp";
import { RootstockError, isAbort } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { recogniseType } from "./recognise-type.ts";
import type { Image } from "./image.ts";

/** Pixels of the largest picture that is decoded, unless told otherwise: 100 megapixels, 300 MB. */
export const defaultPixelLimit = 100_000_000;

export interface DecodeOptions extends WorkOptions {
  readonly pixelLimit?: number;
}

// libvips would keep recent files and spread one picture over all cores; we keep several pictures under way instead.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a file or its bytes to 8-bit sRGB at full size: EXIF orientation applied, alpha laid on white, grey, CMYK,
 * palette and 16-bit converted.
 *
 * Errors, each naming the file: E_IMAGE_UNREADABLE (cannot be read), E_IMAGE_EMPTY, E_IMAGE_TYPE (no supported
 * picture, SVG included), E_IMAGE_ANIMATED (more than one frame), E_IMAGE_TOO_LARGE (checked before decoding),
 * E_IMAGE_TRUNCATED (ends early or is damaged).
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Image> {
  const subject = typeof source === "string" ? JSON.stringify(source) : "image";
  const bytes = typeof source === "string" ? await readImageFile(source, options) : source;
  await checkHeader(bytes, { subject, pixelLimit: options.pixelLimit ?? defaultPixelLimit });
  options.signal?.throwIfAborted();
  try {
    const { data, info } = await sharp(bytes, { failOn: "truncated", limitInputPixels: false })
      .autoOrient()
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeChannels(data, info) };
  } catch (cause) {
    throw new RootstockError(
      "E_IMAGE_TRUNCATED",
      `${subject}: ends early or is damaged (${firstLine(cause)}).`,
      {
        hint: "Export or copy the picture again.",
        cause,
      },
    );
  }
}

/** Reads a file whole; throws E_IMAGE_UNREADABLE with the system's reason. */
export async function readImageFile(path: string, { signal }: WorkOptions = {}): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new RootstockError(
      "E_IMAGE_UNREADABLE",
      `${JSON.stringify(path)}: cannot be read (${firstLine(cause)}).`,
      {
        hint: "Check that the file exists and may be read.",
        cause,
      },
    );
  }
}

async function checkHeader(
  bytes: Uint8Array,
  { subject, pixelLimit }: { subject: string; pixelLimit: number },
): Promise<void> {
  if (bytes.length === 0)
    throw new RootstockError("E_IMAGE_EMPTY", `${subject}: the file is empty.`, {
      hint: "Copy the picture again.",
    });
  if (recogniseType(bytes) === null)
    throw new RootstockError("E_IMAGE_TYPE", `${subject}: expected ${supported}, got something else.`, {
      hint: "Convert it to JPEG or PNG, or remove it from the folder.",
    });
  const { width = 0, height = 0, pages = 1 } = await readHeader(bytes, subject);
  if (pages > 1)
    throw new RootstockError("E_IMAGE_ANIMATED", `${subject}: expected one frame, got ${pages}.`, {
      hint: "Save the frame that shows the subject as a picture of its own.",
    });
  if (width * height > pixelLimit)
    throw new RootstockError(
      "E_IMAGE_TOO_LARGE",
      `${subject}: expected at most ${pixelLimit} pixels, got ${width} x ${height}.`,
      {
        hint: "Reduce the picture; networks look at a few hundred pixels.",
      },
    );
}

async function readHeader(bytes: Uint8Array, subject: string): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new RootstockError(
      "E_IMAGE_TRUNCATED",
      `${subject}: its header is damaged (${firstLine(cause)}).`,
      {
        hint: "Export or copy the picture again.",
        cause,
      },
    );
  }
}

/** Grey pictures come out with one channel even in sRGB; networks want three. */
function threeChannels(data: Uint8Array, { width, height, channels }: OutputInfo): Uint8Array {
  if (channels === 3) return data;
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) out.fill(data[i * channels]!, 3 * i, 3 * i + 3);
  return out;
}

const supported = "a JPEG, PNG, WebP, GIF, TIFF or AVIF picture";

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
