import type { Fold } from "../../data/folds.ts";
import {
  type ClassMoments,
  type LabelledRows,
  type MomentDetail,
  momentsOf,
  shiftsFor,
} from "./class-moments.ts";
import { addMoments } from "./combine-moments.ts";
import type { MomentWork } from "./moment-memory.ts";

/** Parts are kept side by side up to this much memory; beyond, each fold's rows are passed once more. */
const mostPartBytes = 2 ** 29;
/** A row's folds are a bit mask. */
const mostFolds = 31;

/** The moments of each fold's training rows, by the fold's own array of them. */
export type FoldMoments = (train: Int32Array) => Promise<ClassMoments>;

/**
 * The moments of every fold's training rows for one pass over all rows: rows that are trained on by the same folds are
 * one part, and a fold is the sum of its parts. (All rows less those held out would be the same number with fewer digits.)
 * The moments of all rows are left in `memory` for the fit that follows. Where parts would not fit in memory, or
 * folds repeat rows or share hardly any part, each fold's rows are passed by themselves.
 */
export async function foldMoments(
  set: LabelledRows,
  folds: readonly Fold[],
  { detail, memory, algebra, pause }: MomentWork & { detail: MomentDetail },
): Promise<FoldMoments> {
  const taking = { algebra, pause, detail, shifts: shiftsFor(set) };
  const parts = partRows(set.features.rows, folds);
  const { columns } = set.features;
  const bytes = 8 * (detail === "products" ? columns * columns : 0) + 16 * columns * set.classCount;
  if (parts === undefined || parts.size * bytes > mostPartBytes || parts.size > 2 * folds.length + 2)
    return async (train) => await momentsOf(set, { ...taking, rows: train });
  const taken = new Map<number, ClassMoments>();
  for (const [mask, rows] of parts) taken.set(mask, await momentsOf(set, { ...taking, rows }));
  memory?.keep(set, [...taken.values()].reduce(addMoments));
  return async (train) => {
    const bit = 1 << folds.findIndex((fold) => fold.train === train);
    return [...taken]
      .filter(([mask]) => (mask & bit) !== 0)
      .map(([, part]) => part)
      .reduce(addMoments);
  };
}

/** Rows by the set of folds that train on them, as a bit mask; undefined where a fold has a row twice. */
function partRows(count: number, folds: readonly Fold[]): Map<number, Int32Array> | undefined {
  if (folds.length > mostFolds) return undefined;
  const masks = new Int32Array(count);
  for (const [f, { train }] of folds.entries())
    for (const row of train) {
      if ((masks[row]! & (1 << f)) !== 0) return undefined;
      masks[row]! |= 1 << f;
    }
  const rows = new Map<number, number[]>();
  masks.forEach((mask, row) => {
    const part = rows.get(mask);
    if (part === undefined) rows.set(mask, [row]);
    else part.push(row);
  });
  return new Map([...rows].map(([mask, part]) => [mask, Int32Array.from(part)]));
}
