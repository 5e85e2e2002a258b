import { type Algebra, plainAlgebra64 } from "../../base/algebra.ts";
import { trueVariance } from "../class-statistics.ts";
import type { ClassMoments } from "./class-moments.ts";

/** N, the rows of all classes. */
export function rowCount({ counts }: ClassMoments): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The classes that have a row alone, renumbered in their order. Shapes: K -> P classes. */
export function presentMoments(moments: ClassMoments): ClassMoments {
  const { columns, counts } = moments;
  if (counts.every((count) => count > 0)) return moments;
  const present = [...counts.keys()].filter((k) => counts[k]! > 0);
  const select = (values: Float64Array): Float64Array => {
    const out = new Float64Array(present.length * columns);
    present.forEach((k, to) => out.set(values.subarray(k * columns, (k + 1) * columns), to * columns));
    return out;
  };
  return {
    ...moments,
    counts: Float64Array.from(present, (k) => counts[k]!),
    shifts: select(moments.shifts),
    sums: select(moments.sums),
    squares: select(moments.squares),
  };
}

/** μₖ = cₖ + sₖ / nₖ. Shape: K x D. */
export function momentMeans({ columns, shifts, counts, sums }: ClassMoments): Float64Array {
  return shifts.map((shift, at) => shift + sums[at]! / counts[Math.floor(at / columns)]!);
}

/** The mean of all rows, each class's mean by its number of rows. Shapes: K x D means -> D. */
export function overallMean({ columns, counts }: ClassMoments, means: Float64Array): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const out = new Float64Array(columns);
  means.forEach((value, at) => (out[at % columns]! += (counts[Math.floor(at / columns)]! / rows) * value));
  return out;
}

/** Σ (x − μₖ)² over the rows of each class, column by column: qₖ − sₖ² / nₖ. Shape: K x D. */
export function withinSquares({ columns, counts, sums, squares }: ClassMoments): Float64Array {
  return squares.map((square, at) =>
    Math.max(0, square - sums[at]! ** 2 / counts[Math.floor(at / columns)]!),
  );
}

/** The mean of a column's variance from a sum over all rows and columns; 1 where it is nothing but rounding. */
export function meanVariance(squares: number, rows: number, origin: Float64Array): number {
  const meanSquare = origin.reduce((sum, value) => sum + value * value, 0) / origin.length;
  return trueVariance(squares / (rows * origin.length), meanSquare) || 1;
}

/**
 * Σ (x − m)² over all rows, column by column: within the classes, and nₖ (μₖ − m)² between them, so that nothing cancels.
 * Shapes: K x D, K x D -> D.
 */
export function totalSquares(
  { columns, counts }: ClassMoments,
  { means, within }: { means: Float64Array; within: Float64Array },
  mean: Float64Array,
): Float64Array {
  const out = new Float64Array(columns);
  within.forEach((square, at) => {
    const step = means[at]! - mean[at % columns]!;
    out[at % columns]! += square + counts[Math.floor(at / columns)]! * step * step;
  });
  return out;
}

/** Σₖ Σ (x − μₖ)(x − μₖ)ᵀ = P − Σₖ sₖ sₖᵀ / nₖ. Shape: D x D. Needs the moments' products. */
export async function withinProducts(moments: ClassMoments, algebra?: Algebra): Promise<Float64Array> {
  const { columns, counts, sums, products } = moments;
  const scaled = sums.map((sum, at) => sum / Math.sqrt(counts[Math.floor(at / columns)]!));
  const outer = await squareOf(scaled, columns, algebra);
  return products!.map((value, at) => value - outer[at]!);
}

/** Σ (x − m)(x − m)ᵀ over all rows: within the classes, and nₖ (μₖ − m)(μₖ − m)ᵀ between them. Shape: D x D. */
export async function totalProducts(
  moments: ClassMoments,
  { means, mean }: { means: Float64Array; mean: Float64Array },
  algebra?: Algebra,
): Promise<Float64Array> {
  const { columns, counts } = moments;
  const steps = means.map(
    (value, at) => (value - mean[at % columns]!) * Math.sqrt(counts[Math.floor(at / columns)]!),
  );
  const [within, between] = [await withinProducts(moments, algebra), await squareOf(steps, columns, algebra)];
  return within.map((value, at) => value + between[at]!);
}

/** AᵀA. Shapes: M x D, flat -> D x D, flat. */
async function squareOf(data: Float64Array, columns: number, algebra?: Algebra): Promise<Float64Array> {
  const matrix = { rows: data.length / columns, columns, data };
  return (await (algebra?.float64 ?? plainAlgebra64).transposedMultiply(matrix, matrix)).data;
}
