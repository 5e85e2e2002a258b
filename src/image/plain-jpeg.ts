/**
 * True for a JPEG of three components and 8 bits that says nothing of orientation, colour profile or its own colours:
 * its pixels come out of the decoder upright and in sRGB, so that none of it has to be looked for or undone.
 * Source: ITU-T T.81, B.1.1.3 and B.2; JFIF 1.02.
 */
export function isPlainJpeg(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  let isColour = false;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === startOfScan) return isColour;
    if (marker >= firstFrame && marker <= lastFrame && !notFrames.has(marker)) {
      if (bytes[at + 4] !== 8 || bytes[at + 9] !== 3) return false;
      isColour = true;
    } else if (marker > firstApplication && marker <= lastApplication) return false;
    else if (marker >= parameterless && marker <= startOfImage) return false;
    at += 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!;
  }
  return false;
}

const firstFrame = 0xc0;
const lastFrame = 0xcf;
/** Huffman tables, a reserved one, and arithmetic conditioning have numbers among those of frames. */
const notFrames: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
/** Restart markers, the image's start: they have no length, and no place in a header. */
const parameterless = 0xd0;
const startOfImage = 0xd8;
const startOfScan = 0xda;
/** APP0 is JFIF; in those behind it are EXIF, XMP, profiles and Adobe's colour transforms. */
const firstApplication = 0xe0;
const lastApplication = 0xef;
