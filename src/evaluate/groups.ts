import type { Groups } from "../data/folds.ts";

/** A key that rows of one group share, and no other row has. */
export function groupOf(groups: Groups | undefined, row: number): string | number {
  return groups?.[row] ?? row;
}

/** What is summed within one group. */
export interface GroupTotal {
  /** Rows in the group. */
  readonly count: number;
  /** Σ values over its rows. */
  readonly sum: number;
}

/**
 * Sums `values` within each group, groups in order of first appearance; without groups every row is its own.
 * Rows of a group are no independent evidence, so every interval and test of this room counts groups, not rows.
 * Shapes: N values -> G totals.
 */
export function totalByGroup(values: ArrayLike<number>, groups?: Groups): GroupTotal[] {
  const totals = new Map<number | string, { count: number; sum: number }>();
  for (let i = 0; i < values.length; i += 1) {
    const key = groupOf(groups, i);
    const total = totals.get(key) ?? { count: 0, sum: 0 };
    total.count += 1;
    total.sum += values[i]!;
    totals.set(key, total);
  }
  return [...totals.values()];
}
