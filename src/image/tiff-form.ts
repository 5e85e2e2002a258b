import { type TiffTags, readTiffDirectory, tiffTags } from "./tiff-directory.ts";

/** Compressions that the decoder has, by the tag's number. */
const decoded: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 34676, 34677]);

/** Compressions that it has not, by the names that programs give them. */
const compressions: Readonly<Record<number, string>> = {
  6: "old-style JPEG compression",
  34661: "JBIG compression",
  34712: "JPEG 2000 compression",
  34925: "LZMA compression",
  50000: "Zstandard compression",
  50001: "WebP compression",
  50002: "JPEG XL compression",
};

/** Photometric interpretations that cannot be shown as they are. */
const photometrics: Readonly<Record<number, string>> = {
  32803: "raw sensor values",
  34892: "raw sensor values",
};

/**
 * What a sound TIFF has that is not read: "64-bit floats", "Zstandard compression"; null for one that is read, and for
 * one whose directory or pixels are not whole. Source: TIFF 6.0, and the tags that programs have registered since.
 */
export function unsupportedTiff(bytes: Uint8Array): string | null {
  const tags = readTiffDirectory(bytes);
  if (tags === null || !isWhole(tags, bytes.length)) return null;
  const compression = tags.get(tiffTags.compression)?.[0] ?? 1;
  if (!decoded.has(compression)) return compressions[compression] ?? `compression ${compression}`;
  const photometric = tags.get(tiffTags.photometric)?.[0] ?? 1;
  return photometrics[photometric] ?? unsupportedNumbers(tags);
}

/** Kinds of numbers a channel may be stored as, by the sample format's number. */
const kinds: Readonly<Record<number, string>> = {
  1: "whole numbers",
  2: "signed whole numbers",
  3: "floats",
  5: "complex whole numbers",
  6: "complex numbers",
};

/** Whole numbers of 1 to 32 bits (format 4, "undefined", too) and 32-bit floats are read, all channels alike, at most five of them. */
function unsupportedNumbers(tags: TiffTags): string | null {
  const bits = tags.get(tiffTags.bits) ?? [1];
  const photometric = tags.get(tiffTags.photometric)?.[0] ?? 1;
  if (photometric === 8 && bits[0] === 8) return "8-bit CIELab colours";
  const format = tags.get(tiffTags.format)?.[0] ?? 1;
  const samples = tags.get(tiffTags.samples)?.[0] ?? 1;
  if (bits.some((each) => each !== bits[0])) return `channels of ${bits.join(", ")} bits`;
  const isRead =
    format === 3 ? bits[0] === 32 : [1, 2, 4].includes(format) && [1, 2, 4, 8, 16, 32].includes(bits[0]!);
  if (!isRead) return `${bits[0]}-bit ${kinds[format] ?? `numbers of format ${format}`}`;
  return samples > 5 || (samples === 5 && photometric !== 5) ? `${samples} channels` : null;
}

/** Every strip or tile lies inside the file. */
function isWhole(tags: TiffTags, length: number): boolean {
  const offsets = tags.get(tiffTags.stripOffsets) ?? tags.get(tiffTags.tileOffsets) ?? [];
  const lengths = tags.get(tiffTags.stripLengths) ?? tags.get(tiffTags.tileLengths) ?? [];
  return offsets.length > 0 && offsets.every((offset, i) => offset + (lengths[i] ?? 0) <= length);
}
