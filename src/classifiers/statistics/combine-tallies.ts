import { type ClassTally, detailOf, emptyTally } from "./class-tally.ts";
import { momentMeans } from "./derive-moments.ts";
import { moveTally } from "./move-tally.ts";

/** The rows of both together, about their mean; the same to the last digit in either order. Throws E_SHAPE as `addMoments`. */
export function mergeTallies(a: ClassTally, b: ClassTally): ClassTally {
  const [left, right] = [a.moments.counts[0]!, b.moments.counts[0]!];
  if (right === 0) return a;
  if (left === 0) return b;
  const [one, other] = [momentMeans(a.moments), momentMeans(b.moments)];
  const mean = one.map((value, j) => (left * value + right * other[j]!) / (left + right));
  return combine(moveTally(a, mean), moveTally(b, mean), (x, y) => x + y);
}

/**
 * The rows of `a` that are not in `b`, about their mean; all of `b` must be in `a`. What stays of a removed row is rounding:
 * 1e-15 of the sums before it went. A class left without a row is exactly zero, its point too.
 */
export function subtractTally(a: ClassTally, b: ClassTally): ClassTally {
  const { moments } = a;
  if (b.moments.counts[0] === 0) return a;
  if (moments.counts[0] === b.moments.counts[0]) return emptyTally(moments.columns, detailOf(a));
  const rest = combine(a, moveTally(b, moments.shifts), (x, y) => x - y);
  return moveTally(rest, momentMeans(rest.moments));
}

/** Both about the same point. */
function combine(a: ClassTally, b: ClassTally, of: (x: number, y: number) => number): ClassTally {
  const both = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, at) => of(value, y[at]!));
  const [left, right] = [a.moments, b.moments];
  return {
    moments: {
      columns: left.columns,
      shifts: left.shifts,
      counts: both(left.counts, right.counts),
      sums: both(left.sums, right.sums),
      squares: both(left.squares, right.squares),
      products: left.products && both(left.products, right.products!),
    },
    tails: a.tails && {
      cubes: both(a.tails.cubes, b.tails!.cubes),
      fourths: of(a.tails.fourths, b.tails!.fourths),
    },
  };
}
