import type { Algebra } from "../../base/algebra.ts";
import type { Matrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { type ClassMoments, type MomentDetail, momentsOf } from "./class-moments.ts";

/** What a tally is taken of: as of moments, or `tails`: the products and what Ledoit and Wolf's intensity needs beside them. */
export type TallyDetail = MomentDetail | "tails";

/**
 * What the rows of one class leave behind, by itself, so that classes can be joined, parted and dropped: moments of one
 * class about a point of its own, and where they were asked for the sums of |y|² y and |y|⁴, y = x − c. Float64.
 */
export interface ClassTally {
  /** Of one class; c is its `shifts`. */
  readonly moments: ClassMoments;
  readonly tails: TallyTails | undefined;
}

/** Third and fourth powers about the tally's point. */
export interface TallyTails {
  /** Σ |y|² y. Shape: D. */
  readonly cubes: Float64Array;
  /** Σ |y|⁴. */
  readonly fourths: number;
}

/** The detail of the moments in a tally. */
export function momentDetail(detail: TallyDetail): MomentDetail {
  return detail === "columns" ? "columns" : "products";
}

/** How a tally is taken. */
export interface TallyOptions {
  readonly detail: TallyDetail;
  readonly algebra?: Algebra | undefined;
  readonly pause?: Pause | undefined;
}

/** The tally of some rows of one class about their mean; of none it is zero. Shapes: N x D, n rows. */
export async function tallyRows(
  features: Matrix,
  rows: Int32Array,
  options: TallyOptions,
): Promise<ClassTally> {
  const { columns } = features;
  const set = { features, labels: new Int32Array(features.rows), classCount: 1 };
  const mean = meanOf(features, rows);
  const detail = momentDetail(options.detail);
  const moments = await momentsOf(set, { ...options, detail, shifts: mean, rows });
  if (options.detail !== "tails") return { moments, tails: undefined };
  const cubes = new Float64Array(columns);
  let fourths = 0;
  for (const row of rows) {
    const values = features.data.subarray(row * columns, (row + 1) * columns);
    let square = 0;
    for (let j = 0; j < columns; j += 1) square += (values[j]! - mean[j]!) ** 2;
    for (let j = 0; j < columns; j += 1) cubes[j]! += square * (values[j]! - mean[j]!);
    fourths += square * square;
  }
  return { moments, tails: { cubes, fourths } };
}

/** The tally of no row. */
export function emptyTally(columns: number, detail: TallyDetail): ClassTally {
  const zeros = (): Float64Array => new Float64Array(columns);
  const products = detail === "columns" ? undefined : new Float64Array(columns * columns);
  return {
    moments: {
      columns,
      shifts: zeros(),
      counts: new Float64Array(1),
      sums: zeros(),
      squares: zeros(),
      products,
    },
    tails: detail === "tails" ? { cubes: zeros(), fourths: 0 } : undefined,
  };
}

/** What a tally has been taken of. */
export function detailOf({ moments, tails }: ClassTally): TallyDetail {
  if (tails !== undefined) return "tails";
  return moments.products === undefined ? "columns" : "products";
}

/** Classes side by side as moments that classifiers are fitted from, and Σ ‖x − μ‖⁴ where all have their tails. */
export function poolTallies(tallies: readonly ClassTally[]): {
  moments: ClassMoments;
  fourths: number | undefined;
} {
  const { columns, products } = tallies[0]!.moments;
  const join = (of: (moments: ClassMoments) => Float64Array): Float64Array => {
    const parts = tallies.map(({ moments }) => of(moments));
    const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
    return out;
  };
  const pooled = products && new Float64Array(products.length);
  if (pooled !== undefined)
    for (const { moments } of tallies)
      for (let at = 0; at < pooled.length; at += 1) pooled[at]! += moments.products![at]!;
  const moments = {
    columns,
    shifts: join(({ shifts }) => shifts),
    counts: join(({ counts }) => counts),
    sums: join(({ sums }) => sums),
    squares: join(({ squares }) => squares),
    products: pooled,
  };
  const isWhole = tallies.every(({ tails }) => tails !== undefined);
  return {
    moments,
    fourths: isWhole ? tallies.reduce((sum, { tails }) => sum + tails!.fourths, 0) : undefined,
  };
}

function meanOf({ columns, data }: Matrix, rows: Int32Array): Float64Array {
  const mean = new Float64Array(columns);
  for (const row of rows)
    for (let j = 0; j < columns; j += 1) mean[j]! += data[row * columns + j]! / rows.length;
  return mean;
}
