import { RootstockError } from "../base/errors.ts";
import { binomialTail, clopperPearsonUpper, trialsNeeded } from "./clopper-pearson.ts";

/** Photos with known labels that the model had not learned from: how sure it was of each, and whether it was right. */
export interface CalibrationRows {
  /** Shape: n. */
  readonly confidence: ArrayLike<number>;
  /** 1 right, 0 wrong. Shape: n. */
  readonly correct: ArrayLike<number>;
}

/** What is promised of the photos that are accepted. */
export interface Promised {
  /** The largest share of errors, in (0, 1): 0.02. */
  readonly promise: number;
  /** The chance at least with which the promise holds; default 0.95. */
  readonly assurance?: number;
}

/** From which confidence on labels are accepted, and what stands behind it. */
export interface Acceptance {
  /** Accepted is what is at least this sure; Infinity: nothing. */
  readonly threshold: number;
  /** Calibration photos in all. */
  readonly calibration: number;
  /** Calibration photos at least this sure, and the wrong ones among them; of the first test where nothing is accepted. */
  readonly rows: number;
  readonly errors: number;
  /** Clopper-Pearson's upper bound of the error among them. */
  readonly bound: number;
  /** Calibration photos that could not be fewer for such a promise, if none of them were wrong. */
  readonly needed: number;
  /** How many of them are missing; 0 where there are enough, whatever the test then said. */
  readonly missing: number;
}

/** A test follows the one before where it looks at this many times as many photos, at least. */
const growth = 1.3;

/**
 * Learn then Test: the lowest confidence from which at most a share `promise` of the labels is wrong, with confidence
 * `assurance` over the draw of the calibration photos, for photos of their kind. Thresholds are tested from the strictest to
 * the laxest, each at the full level, and the first that fails ends it (fixed-sequence testing). They stand at ranks that
 * are fixed before any label is seen: given the confidence below them, the photos above are independent draws of what is
 * accepted, and their errors are binomial. Ranks are those at which one more error is allowed, each 1.3 times the one before
 * or more, from the 149th on (for 2 %) or the tenth part of the photos. That the whole sequence keeps the level, not each
 * test alone, supposes that surer photos are not more often wrong.
 * Errors: E_OPTION for shares outside (0, 1).
 * Source: Angelopoulos, Bates, Candès, Jordan & Lei, Learn then Test (2021). Witness: SciPy's `binomtest`; coverage by
 * simulation.
 */
export function acceptUpTo(
  calibration: CalibrationRows,
  { promise, assurance = 0.95 }: Promised,
): Acceptance {
  requireShare("promise", promise);
  requireShare("assurance", assurance);
  const { length } = calibration.confidence;
  const needed = trialsNeeded(0, promise, assurance);
  const sorted = bySureness(calibration);
  const seenOf = (rows: number): { rows: number; errors: number; bound: number } => {
    const errors = sorted.errors[rows]!;
    return { rows, errors, bound: clopperPearsonUpper(errors, rows, assurance) };
  };
  const none = { threshold: Infinity, calibration: length, needed, missing: Math.max(0, needed - length) };
  if (length < needed) return { ...none, ...seenOf(length) };
  let best: Acceptance | null = null;
  for (const rank of testedRanks(length, promise, assurance)) {
    const rows = sorted.withTies(rank);
    if (binomialTail(sorted.errors[rows]!, rows, promise) > 1 - assurance)
      return best ?? { ...none, ...seenOf(rows) };
    best = { ...none, threshold: sorted.confidence[rows - 1]!, ...seenOf(rows) };
  }
  return best!;
}

/** The ranks at which thresholds stand: decided by the number of photos alone. Ascending, the last is all of them. */
export function testedRanks(rows: number, promise: number, assurance: number): number[] {
  const ranks: number[] = [];
  let least = Math.ceil(rows / 10);
  for (let errors = 0, rank = 0; ; errors += 1) {
    rank = trialsNeeded(errors, promise, assurance);
    if (rank >= rows) return [...ranks, rows];
    if (rank < least) continue;
    ranks.push(rank);
    least = Math.ceil(rank * growth);
  }
}

interface Sorted {
  /** Descending. */
  readonly confidence: Float64Array;
  /** Wrong ones among the first r. Shape: n + 1. */
  readonly errors: Int32Array;
  /** The rank with all that are as sure as its last. */
  withTies(rank: number): number;
}

function bySureness({ confidence, correct }: CalibrationRows): Sorted {
  const order = Int32Array.from({ length: confidence.length }, (_, i) => i).sort(
    (a, b) => confidence[b]! - confidence[a]! || a - b,
  );
  const descending = Float64Array.from(order, (i) => confidence[i]!);
  const errors = new Int32Array(order.length + 1);
  order.forEach((i, rank) => (errors[rank + 1] = errors[rank]! + (correct[i] === 1 ? 0 : 1)));
  const withTies = (rank: number): number => {
    let end = rank;
    while (end < descending.length && descending[end] === descending[rank - 1]) end += 1;
    return end;
  };
  return { confidence: descending, errors, withTies };
}

function requireShare(name: string, share: number): void {
  if (share > 0 && share < 1) return;
  throw new RootstockError("E_OPTION", `${name}: expected a share above 0 and below 1, got ${share}.`, {
    hint: "Write 2% or 0.02.",
  });
}
