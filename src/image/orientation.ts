import type { Metadata, Sharp } from "sharp";
import { latin1 } from "./recognise-type.ts";
import { readTiffDirectory, tiffTags } from "./tiff-directory.ts";

/**
 * The EXIF orientation, 1 to 8, that a picture carries where the decoder does not look: in the text `Raw profile type
 * exif` (or APP1, xmp) of a PNG, as ImageMagick writes it, or in XMP. It counts where the picture has no orientation of
 * its own, as Pillow's `exif_transpose` has it; 1 where there is none.
 */
export function hiddenOrientation(header: Metadata, bytes: Uint8Array): number {
  if (hasOwn(header, bytes)) return 1;
  for (const { keyword, text } of header.comments ?? [])
    if (/^Raw profile type (?:exif|APP1|xmp)$/i.test(keyword)) {
      const found = ofProfile(rawProfile(text));
      if (found !== null) return found;
    }
  return (header.xmp === undefined ? null : ofXmp(header.xmp)) ?? 1;
}

/** Turns a decoded picture upright: mirroring first, then the turn. Source: EXIF 2.32, tag Orientation. */
export function turned(picture: Sharp, orientation: number): Sharp {
  if ([2, 5, 7].includes(orientation)) picture.flop();
  if (orientation === 4) picture.flip();
  const angle = { 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 }[orientation];
  return angle === undefined ? picture : picture.rotate(angle);
}

/** True where an orientation swaps width and height. */
export function isLyingDown(orientation: number): boolean {
  return orientation >= 5;
}

/** A TIFF's own tag counts even where it says 1, which is also what the decoder says where there is none. */
function hasOwn({ format, orientation }: Metadata, bytes: Uint8Array): boolean {
  if (format === "heif") return true; // the file's own boxes have turned it already
  if (format !== "tiff" || orientation !== 1) return orientation !== undefined;
  return readTiffDirectory(bytes)?.has(tiffTags.orientation) ?? true;
}

/** Bytes of a text of the form "\nexif\n      38\n4949...\n": a name, a length, hexadecimal digits. */
function rawProfile(text: string): Uint8Array {
  const [, , ...digits] = text.trim().split("\n");
  return Buffer.from(digits.join("").replaceAll(/\s/g, ""), "hex");
}

function ofProfile(bytes: Uint8Array): number | null {
  const block = latin1(bytes, 0, 6) === "Exif\0\0" ? bytes.subarray(6) : bytes;
  const found = readTiffDirectory(block)?.get(tiffTags.orientation)?.[0];
  return found === undefined ? ofXmp(bytes) : valid(found);
}

/** `tiff:Orientation="6"` or `<tiff:Orientation>6</tiff:Orientation>`. Source: XMP specification part 2, 3.1. */
function ofXmp(bytes: Uint8Array): number | null {
  const [, digit] =
    /tiff:Orientation(?:\s*=\s*["']|>)\s*(\d)/.exec(Buffer.from(bytes).toString("latin1")) ?? [];
  return digit === undefined ? null : valid(Number(digit));
}

function valid(orientation: number): number | null {
  return orientation >= 1 && orientation <= 8 ? orientation : null;
}
