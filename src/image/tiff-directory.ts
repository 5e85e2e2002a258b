/** The tags that are read, by their numbers. Source: TIFF 6.0, section 8. */
export const tiffTags = {
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  stripLengths: 279,
  tileOffsets: 324,
  tileLengths: 325,
  format: 339,
} as const;

/** The values of those tags, whole numbers all of them. */
export type TiffTags = ReadonlyMap<number, readonly number[]>;

const known: ReadonlySet<number> = new Set(Object.values(tiffTags));

/** Bytes of one whole number, by its type's number. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8 };

/** Values of a tag that are read; more are never needed, and a damaged count may say anything. */
const valuesAtMost = 4096;

/**
 * Those tags of the first directory of a TIFF file or of the EXIF block of another picture, which has the
 * same form; null where the bytes do not hold a whole directory. Source: TIFF 6.0, section 2; BigTIFF is read too.
 */
export function readTiffDirectory(bytes: Uint8Array): TiffTags | null {
  try {
    return directoryOf(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null; // it ends in front of what it points to
    throw error;
  }
}

function directoryOf(bytes: Uint8Array): TiffTags | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = view.getUint16(0) === 0x4949;
  const version = view.getUint16(2, isLittle);
  if ((!isLittle && view.getUint16(0) !== 0x4d4d) || (version !== 42 && version !== 43)) return null;
  const form = { view, isLittle, isBig: version === 43 };
  const start = form.isBig ? wholeNumber(form, 8, 8) : wholeNumber(form, 4, 4);
  const [countSize, entrySize] = form.isBig ? [8, 20] : [2, 12];
  const count = wholeNumber(form, start, countSize);
  if (start + countSize + count * entrySize > bytes.length) return null;
  const tags = new Map<number, readonly number[]>();
  for (let i = 0; i < count; i += 1) {
    const at = start + countSize + i * entrySize;
    const tag = view.getUint16(at, isLittle);
    if (known.has(tag) && !tags.has(tag)) tags.set(tag, valuesAt(form, at + 2));
  }
  return tags;
}

interface TiffForm {
  readonly view: DataView;
  readonly isLittle: boolean;
  readonly isBig: boolean;
}

/** The values of an entry whose type stands at `at`; none where they are no whole numbers. */
function valuesAt(form: TiffForm, at: number): number[] {
  const wide = form.isBig ? 8 : 4;
  const size = sizes[wholeNumber(form, at, 2)];
  const count = Math.min(wholeNumber(form, at + 2, wide), valuesAtMost);
  if (size === undefined) return [];
  const place = at + 2 + wide;
  const from = size * count <= wide ? place : wholeNumber(form, place, wide);
  return Array.from({ length: count }, (_, i) => wholeNumber(form, from + i * size, size));
}

function wholeNumber({ view, isLittle }: TiffForm, at: number, size: number): number {
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, isLittle);
  return size === 4 ? view.getUint32(at, isLittle) : Number(view.getBigUint64(at, isLittle));
}
