/** A tag's values: whole numbers, of which every tag that matters here has some. */
export type TiffTags = ReadonlyMap<number, readonly number[]>;

/** Bytes of one value, by the type's number: 1 and 7 bytes, 3 whole numbers of 16 bits, 4 of 32, 16 of 64. */
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  13: 4,
  16: 8,
};

/** Values of a tag that are read; more are never needed, and a damaged count may say anything. */
const valuesAtMost = 4096;

/**
 * The whole-number tags of the first directory of a TIFF file or of the EXIF block of another picture, which has the
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
    tags.set(view.getUint16(at, isLittle), valuesAt(form, at + 2));
  }
  return tags;
}

interface TiffForm {
  readonly view: DataView;
  readonly isLittle: boolean;
  readonly isBig: boolean;
}

/** The values of an entry whose type stands at `at`; none for texts of fractions and floats. */
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
