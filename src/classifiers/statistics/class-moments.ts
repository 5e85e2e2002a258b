import type { Algebra } from "../../base/algebra.ts";
import { plainAlgebra64 } from "../../base/algebra.ts";
import { type Matrix, rowOf } from "../../base/matrix.ts";
import { type RowReader, readerOf } from "../../base/row-reader.ts";
import type { Pause } from "../../base/pause.ts";
import { classCounts } from "../class-statistics.ts";

/** Float64 values of a block of rows on their way to a product: small enough for a short pause, large enough for speed. */
const blockBytes = 2 ** 23;

/** Odd, so that the median is a value. */
const samplesPerClass = 9;

/**
 * What rows leave behind in a classifier that knows first and second moments alone: sums over rows, so that sets can be
 * joined and parted. Float64 throughout, and taken from a point cₖ amid each class, so that neither a large offset, nor
 * classes far apart, nor a few rows far out cost digits. The choice of cₖ changes nothing but rounding. A value, never changed in place.
 */
export interface ClassMoments {
  /** D */
  readonly columns: number;
  /** cₖ. Shape: K x D. */
  readonly shifts: Float64Array;
  /** nₖ, the rows of each class. Shape: K. */
  readonly counts: Float64Array;
  /** Σ (x − cₖ). Shape: K x D. */
  readonly sums: Float64Array;
  /** Σ (x − cₖ)², column by column. Shape: K x D. */
  readonly squares: Float64Array;
  /** Σₖ Σ (x − cₖ)(x − cₖ)ᵀ over all classes together, where it was asked for. Shape: D x D. */
  readonly products: Float64Array | undefined;
}

/** `columns`: each column by itself (K x D numbers); `products`: also every pair of columns (D x D more, N D² products). */
export type MomentDetail = "columns" | "products";

/** Rows with their classes. */
export interface LabelledRows {
  /** Shape: N x D. */
  readonly features: Matrix | RowReader;
  /** Class index of each row, in [0, K). Shape: N. */
  readonly labels: Int32Array;
  /** K; a class may have no row. */
  readonly classCount: number;
}

/** How moments are taken. */
export interface MomentOptions {
  readonly detail: MomentDetail;
  /** cₖ; by default amid each class. Rows that are to join others take theirs. Shape: K x D. */
  readonly shifts?: Float64Array | undefined;
  /** These rows alone; default all. */
  readonly rows?: Int32Array | undefined;
  readonly algebra?: Algebra | undefined;
  readonly pause?: Pause | undefined;
  /** Told the number of rows behind it, block after block. */
  readonly onRows?: ((count: number) => void) | undefined;
}

/**
 * The moments of labelled rows, in one pass; the products are formed block by block with `algebra.float64`.
 * Two parts of a set, taken with the same shifts and added, agree with the whole to 1e-12 of each sum's size.
 */
export async function momentsOf(set: LabelledRows, options: MomentOptions): Promise<ClassMoments> {
  const { features, labels, classCount } = set;
  const { detail, shifts = shiftsFor(set), rows, algebra, pause } = options;
  const { columns } = features;
  const moments = zeroMoments({ columns, shifts, classCount, detail });
  const count = rows?.length ?? features.rows;
  const step = Math.min(count, Math.max(1, Math.floor(blockBytes / 8 / columns)));
  const memory = new Float64Array(step * columns);
  for (let from = 0; from < count; from += step) {
    await pause?.();
    const end = Math.min(count, from + step);
    const read = "read" in features ? features.read(indicesOf(rows, from, end)) : undefined;
    const block = memory.subarray(0, (end - from) * columns);
    for (let i = from; i < end; i += 1) {
      const row = rows?.[i] ?? i;
      takeRow(moments, block.subarray((i - from) * columns, (i - from + 1) * columns), {
        values: read === undefined ? rowOf(features as Matrix, row) : rowOf(read, i - from),
        label: labels[row]!,
      });
    }
    if (moments.products !== undefined) {
      const matrix = { rows: end - from, columns, data: block };
      const { data } = await (algebra?.float64 ?? plainAlgebra64).transposedMultiply(matrix, matrix);
      for (let at = 0; at < data.length; at += 1) moments.products[at]! += data[at]!;
    }
    options.onRows?.(end);
  }
  return moments;
}

/**
 * A point near the middle of each class, that a few rows far out do not move: column by column the median of up to nine
 * rows spread over the class; for a class that has none, the mean of the others'. Shapes: N x D -> K x D.
 */
export function shiftsFor({ features, labels, classCount }: LabelledRows): Float64Array {
  const { columns } = features;
  const samples = sampleRows(labels, classCount);
  const { read } = "read" in features ? features : readerOf(features);
  const shifts = new Float64Array(classCount * columns);
  const values = new Float64Array(samplesPerClass);
  for (const [k, rows] of samples.entries()) {
    const { data } = read(Int32Array.from(rows));
    for (let j = 0; rows.length > 0 && j < columns; j += 1) {
      rows.forEach((_, i) => (values[i] = data[i * columns + j]!));
      shifts[k * columns + j] = values.subarray(0, rows.length).sort()[rows.length >> 1]!;
    }
  }
  const present = samples.filter((rows) => rows.length > 0).length;
  const middle = new Float64Array(columns);
  shifts.forEach((value, at) => (middle[at % columns]! += value / Math.max(1, present)));
  for (const [k, rows] of samples.entries()) if (rows.length === 0) shifts.set(middle, k * columns);
  return shifts;
}

function indicesOf(rows: Int32Array | undefined, from: number, end: number): Int32Array {
  return rows?.subarray(from, end) ?? Int32Array.from({ length: end - from }, (_, i) => from + i);
}

/** Up to nine rows of each class, from its first to its last. */
function sampleRows(labels: Int32Array, classCount: number): number[][] {
  const counts = classCounts(labels, classCount);
  const seen = new Int32Array(classCount);
  const samples: number[][] = Array.from({ length: classCount }, () => []);
  labels.forEach((label, row) => {
    const wanted = Math.floor((samples[label]!.length * counts[label]!) / samplesPerClass);
    if (seen[label]! >= wanted && samples[label]!.length < samplesPerClass) samples[label]!.push(row);
    seen[label]! += 1;
  });
  return samples;
}

function zeroMoments({
  columns,
  shifts,
  classCount,
  detail,
}: {
  columns: number;
  shifts: Float64Array;
  classCount: number;
  detail: MomentDetail;
}): ClassMoments {
  return {
    columns,
    shifts,
    counts: new Float64Array(classCount),
    sums: new Float64Array(classCount * columns),
    squares: new Float64Array(classCount * columns),
    products: detail === "products" ? new Float64Array(columns * columns) : undefined,
  };
}

/** Adds x − cₖ to sums under way, and leaves it in `difference`. */
function takeRow(
  { columns, shifts, counts, sums, squares }: ClassMoments,
  difference: Float64Array,
  { values, label }: { values: Float32Array; label: number },
): void {
  const at = label * columns;
  counts[label]! += 1;
  for (let j = 0; j < columns; j += 1) {
    const value = values[j]! - shifts[at + j]!;
    difference[j] = value;
    sums[at + j]! += value;
    squares[at + j]! += value * value;
  }
}
