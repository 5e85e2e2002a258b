import type { Groups } from "../data/folds.ts";
import { type GroupTotal, totalByGroup } from "./groups.ts";
import { studentT95 } from "./student-t.ts";

/** Method A against method B on the same rows. */
export interface PairedComparison {
  /** Accuracy of A minus accuracy of B, in [-1, 1]. */
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** Rows that only A got right, and only B. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Two-sided, exact: the chance of a difference at least this large if A and B were equally good. */
  readonly pValue: number;
}

/**
 * Compares two methods that were judged on the same rows: photos that both get right, or both wrong, cancel, so a
 * pair tells small differences apart that two separate intervals would hide.
 *
 * Shapes: N outcomes of A and of B (1 right, 0 wrong), N groups.
 * Without groups `pValue` is McNemar's exact test and the interval is Bonett & Price's.
 * Sources: McNemar, Psychometrika 12 (1947); Bonett & Price, J. Educ. Behav. Stat. 37 (2012).
 * Witness: SciPy `binomtest` and `permutation_test`; coverage of the interval by simulation.
 */
export function comparePaired(a: ArrayLike<number>, b: ArrayLike<number>, groups?: Groups): PairedComparison {
  const differences = Array.from(a, (value, i) => value - b[i]!);
  const totals = totalByGroup(differences, groups);
  const sum = differences.reduce((x, y) => x + y, 0);
  return {
    difference: differences.length === 0 ? 0 : sum / differences.length,
    ...differenceInterval(totals),
    onlyA: differences.filter((value) => value > 0).length,
    onlyB: differences.filter((value) => value < 0).length,
    pValue: signFlipTest(totals.map((total) => total.sum)),
  };
}

/**
 * d' ± t sqrt(Σ (D_g - d' n_g)²) / N', where one group of +1 and one of -1 are added to the G groups: with singletons
 * this is Bonett & Price's adjusted Wald interval, with groups its cluster-robust form. Never of width zero.
 */
function differenceInterval(totals: readonly GroupTotal[]): { low: number; high: number } {
  const padded = [...totals, { count: 1, sum: 1 }, { count: 1, sum: -1 }];
  const rows = padded.reduce((sum, total) => sum + total.count, 0);
  const centre = padded.reduce((sum, total) => sum + total.sum, 0) / rows;
  const squares = padded.reduce((sum, total) => sum + (total.sum - centre * total.count) ** 2, 0);
  const half = (studentT95(padded.length - 1) * Math.sqrt(squares)) / rows;
  return { low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The exact two-sided sign-flip test: P(|Σ ±D_g| >= |Σ D_g|) over all 2^G equally likely signs, found without
 * listing them by adding one group at a time to the distribution of the sum. On singletons it is McNemar's exact
 * test. Shapes: G whole numbers -> a probability.
 */
export function signFlipTest(totals: readonly number[]): number {
  const sizes = totals.map(Math.abs).filter((size) => size > 0);
  const reach = sizes.reduce((sum, size) => sum + size, 0);
  const observed = Math.abs(totals.reduce((sum, total) => sum + total, 0));
  let chances = new Float64Array(2 * reach + 1);
  chances[reach] = 1;
  let spread = 0;
  for (const size of sizes) {
    const next = new Float64Array(chances.length);
    for (let at = reach - spread; at <= reach + spread; at += 1) {
      next[at - size]! += chances[at]! / 2;
      next[at + size]! += chances[at]! / 2;
    }
    chances = next;
    spread += size;
  }
  const tail = chances.reduce((sum, chance, at) => sum + (Math.abs(at - reach) >= observed ? chance : 0), 0);
  return Math.min(1, tail);
}

/**
 * Holm's correction for several comparisons: p-values raised so that the chance of calling any equal pair different
 * stays under the level asked. Order kept. Source: Holm, Scand. J. Statist. 6 (1979).
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let running = 0;
  order.forEach((i, rank) => {
    running = Math.max(running, Math.min(1, pValues[i]! * (pValues.length - rank)));
    adjusted[i] = running;
  });
  return adjusted;
}
