import { RootstockError } from "../../base/errors.ts";
import type { ClassMoments } from "./class-moments.ts";

/** The moments of both sets of rows together. Throws E_SHAPE unless both are about the same points, in the same detail. */
export function addMoments(a: ClassMoments, b: ClassMoments): ClassMoments {
  return combine(a, b, (left, right) => left + right);
}

/**
 * The moments of the rows of `a` that are not in `b`, whose rows must all be in `a`. What stays of a removed row is the
 * rounding of its sums: 1e-15 of their size before it went, so less than 1e-9 of what remains unless the row lay more than
 * 1,000 deviations from its class. A class left without a row is exactly zero. Throws as `addMoments` does.
 */
export function subtractMoments(a: ClassMoments, b: ClassMoments): ClassMoments {
  const rest = combine(a, b, (left, right) => left - right);
  const { columns, counts, sums, squares, products } = rest;
  counts.forEach((count, k) => {
    if (count !== 0) return;
    for (const values of [sums, squares]) values.fill(0, k * columns, (k + 1) * columns);
  });
  return counts.every((count) => count === 0)
    ? { ...rest, products: products && new Float64Array(products.length) }
    : rest;
}

/**
 * The moments of both sets of rows, each about points of its own: both are moved to the means of the two together first.
 * Commutes to the last digit. Throws E_SHAPE where classes, columns or detail differ.
 */
export function mergeMoments(a: ClassMoments, b: ClassMoments): ClassMoments {
  requireAlike(a, b);
  const shifts = a.shifts.map((from, at) => {
    const k = Math.floor(at / a.columns);
    const [left, right] = [a.counts[k]!, b.counts[k]!];
    if (left + right === 0) return (from + b.shifts[at]!) / 2;
    return (left * from + a.sums[at]! + (right * b.shifts[at]! + b.sums[at]!)) / (left + right);
  });
  return addMoments(moveMoments(a, shifts), moveMoments(b, shifts));
}

/**
 * The same rows about other points c + δ: Σ (x − c − δ) = s − n δ, Σ (x − c − δ)(x − c − δ)ᵀ = P − s δᵀ − δ sᵀ + n δ δᵀ,
 * class by class. Shape of `shifts`: K x D.
 */
export function moveMoments(moments: ClassMoments, shifts: Float64Array): ClassMoments {
  const { columns, counts } = moments;
  const sums = new Float64Array(moments.sums.length);
  const squares = new Float64Array(sums.length);
  const products = moments.products?.slice();
  counts.forEach((count, k) => {
    const range = [k * columns, (k + 1) * columns] as const;
    const sum = moments.sums.subarray(...range);
    const step = shifts.subarray(...range).map((to, j) => to - moments.shifts[k * columns + j]!);
    if (count === 0) return;
    for (let j = 0; j < columns; j += 1) {
      sums[k * columns + j] = sum[j]! - count * step[j]!;
      squares[k * columns + j] =
        moments.squares[k * columns + j]! + step[j]! * (count * step[j]! - 2 * sum[j]!);
    }
    if (products !== undefined && step.some((value) => value !== 0))
      moveProducts(products, { sum, step, count });
  });
  return { ...moments, shifts, sums, squares, products };
}

function moveProducts(
  products: Float64Array,
  { sum, step, count }: { sum: Float64Array; step: Float64Array; count: number },
): void {
  const columns = sum.length;
  for (let i = 0; i < columns; i += 1)
    for (let j = 0; j < columns; j += 1)
      products[i * columns + j]! += count * step[i]! * step[j]! - sum[i]! * step[j]! - step[i]! * sum[j]!;
}

function combine(a: ClassMoments, b: ClassMoments, of: (a: number, b: number) => number): ClassMoments {
  requireAlike(a, b);
  if (a.shifts !== b.shifts && a.shifts.some((value, at) => value !== b.shifts[at]))
    throw new RootstockError("E_SHAPE", "moments: expected both about the same points, got others.", {
      hint: "Take the second with the shifts of the first, or merge them.",
    });
  const both = (left: Float64Array, right: Float64Array): Float64Array => {
    const out = new Float64Array(left.length);
    for (let at = 0; at < out.length; at += 1) out[at] = of(left[at]!, right[at]!);
    return out;
  };
  return {
    columns: a.columns,
    shifts: a.shifts,
    counts: both(a.counts, b.counts),
    sums: both(a.sums, b.sums),
    squares: both(a.squares, b.squares),
    products: a.products && both(a.products, b.products!),
  };
}

function requireAlike(a: ClassMoments, b: ClassMoments): void {
  const [left, right] = [a, b].map(
    ({ counts, columns, products }) =>
      `${counts.length} classes x ${columns} columns ${products === undefined ? "without" : "with"} products`,
  );
  if (left !== right) throw new RootstockError("E_SHAPE", `moments: expected ${left}, got ${right}.`);
}
