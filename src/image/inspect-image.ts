import sharp, { type Metadata } from "sharp";
import { RootstockError } from "../base/errors.ts";
import { describeBytes } from "./describe-bytes.ts";
import { hiddenOrientation, isLyingDown } from "./orientation.ts";
import { type ImageType, fileBrands, latin1, recogniseType } from "./recognise-type.ts";
import { unsupportedTiff } from "./tiff-form.ts";

/** Pixels of the largest picture that is decoded, unless told otherwise: 100 megapixels, 300 MB. */
export const defaultPixelLimit = 100_000_000;

/**
 * Longest side over shortest of a picture that is taken. Networks want the short side at a few hundred pixels: a line of
 * 20,000 x 1 would become 5 million x 256.
 */
export const aspectLimit = 50;

/** What a picture says of itself before a pixel is decoded. */
export interface ImageHeader {
  readonly type: ImageType;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** What a picture may be at most, and its name in messages. */
export interface InspectOptions {
  /** Largest width x height; default `defaultPixelLimit`. */
  readonly pixelLimit?: number | undefined;
  /** How error messages name the picture; default "image". */
  readonly subject?: string | undefined;
}

/**
 * Checks a picture by its header alone, so that nothing large is ever decoded to be refused.
 *
 * Errors: E_IMAGE_EMPTY; E_IMAGE_TYPE (no supported picture, SVG included); E_IMAGE_TRUNCATED (header damaged);
 * E_IMAGE_ANIMATED (more than one frame or page); E_IMAGE_TOO_LARGE.
 */
export async function inspectImage(bytes: Uint8Array, options: InspectOptions = {}): Promise<ImageHeader> {
  const { pixelLimit = defaultPixelLimit, subject = "image" } = options;
  const type = requireType(bytes, subject);
  if (type === "tiff") requireReadTiff(bytes, subject);
  const header = await readHeader(bytes, subject);
  requireOneFrame(framesOf(type, bytes, header), subject);
  const { width, height } = uprightSize(header, bytes);
  if (width * height > pixelLimit)
    throw new RootstockError(
      "E_IMAGE_TOO_LARGE",
      `${subject}: expected at most ${pixelLimit} pixels, got ${width} x ${height}.`,
      { hint: "Reduce the picture; networks look at a few hundred pixels." },
    );
  if (Math.max(width, height) > aspectLimit * Math.min(width, height))
    throw new RootstockError(
      "E_IMAGE_TOO_LARGE",
      `${subject}: expected its longer side to be at most ${aspectLimit} times the shorter, got ${width} x ${height}.`,
      { hint: "Cut out the part that shows the subject." },
    );
  return { type, width, height };
}

function requireType(bytes: Uint8Array, subject: string): ImageType {
  if (bytes.length === 0)
    throw new RootstockError("E_IMAGE_EMPTY", `${subject}: the file is empty.`, {
      hint: "Copy the picture again.",
    });
  const type = recogniseType(bytes);
  if (type !== null) return type;
  throw new RootstockError(
    "E_IMAGE_TYPE",
    `${subject}: expected a JPEG, PNG, WebP, GIF, TIFF or AVIF picture, got ${describeBytes(bytes)}.`,
    { hint: "Convert it to JPEG or PNG, or remove it from the folder." },
  );
}

/** Some of what a TIFF may hold the decoder takes for damage, and some for other numbers. */
function requireReadTiff(bytes: Uint8Array, subject: string): void {
  const form = unsupportedTiff(bytes);
  if (form !== null)
    throw unsupported(`${subject}: expected a TIFF of a form that is read, got one with ${form}`);
}

function uprightSize(header: Metadata, bytes: Uint8Array): { width: number; height: number } {
  const { width, height } = header.autoOrient;
  return isLyingDown(hiddenOrientation(header, bytes)) ? { width: height, height: width } : { width, height };
}

async function readHeader(bytes: Uint8Array, subject: string): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw damaged(`${subject}: its header is damaged`, cause);
  }
}

/** Frames of an animation or pages of a TIFF. The decoder shows an animated PNG as a still one, so we look ourselves. */
function framesOf(type: ImageType, bytes: Uint8Array, { pages = 1 }: Metadata): number {
  if (type === "png") return animatedPngFrames(bytes);
  if (type === "avif" && fileBrands(bytes)[0] === "avis") return Math.max(pages, 2);
  return pages;
}

/** The frame count in the `acTL` chunk, which stands before the pixels; 1 without. Source: PNG 3rd edition, 11.3.6.1. */
function animatedPngFrames(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const chunk = latin1(bytes, at + 4, at + 8);
    if (chunk === "acTL") return view.getUint32(at + 8);
    if (chunk === "IDAT") return 1;
  }
  return 1;
}

function requireOneFrame(frames: number, subject: string): void {
  if (frames <= 1) return;
  throw new RootstockError("E_IMAGE_ANIMATED", `${subject}: expected one frame or page, got ${frames}.`, {
    hint: "Save the frame that shows the subject as a picture of its own.",
  });
}

/** What the decoder says of a sound file of a form that it has not: a JPEG of 12 bits, or one without loss. */
const saysUnsupported = /unsupported (?:jpeg|feature|codec)|not (?:configured|implemented|supported)/i;

/** E_IMAGE_TRUNCATED with the decoder's first line; E_IMAGE_TYPE where that line says it has no such form. */
export function damaged(finding: string, cause: unknown): RootstockError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!;
  const [subject] = finding.split(": ", 1);
  if (saysUnsupported.test(reason))
    return unsupported(
      `${subject}: expected a picture of a form that is read, got another (${reason})`,
      cause,
    );
  return new RootstockError("E_IMAGE_TRUNCATED", `${finding} (${reason}).`, {
    hint: "Export or copy the picture again.",
    cause,
  });
}

function unsupported(finding: string, cause?: unknown): RootstockError {
  const hint = "Save it as a JPEG or PNG, or as a plain 8-bit TIFF.";
  return new RootstockError("E_IMAGE_TYPE", `${finding}.`, { hint, cause });
}
