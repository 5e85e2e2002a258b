import { type Matrix, argmax, rowOf } from "../base/matrix.ts";
import type { Pause } from "../base/pause.ts";
import { createRandom } from "../base/random.ts";
import {
  type ClassMix,
  type ShareEstimate,
  blackBoxMix,
  expectedMix,
  mixOf,
  predictedCounts,
  shareIntervals,
} from "./label-shift.ts";

/** The mix of new photos by two ways, class by class, with 95 % bootstrap intervals. Shape: K each. */
export interface MixEstimates {
  /** From the confusion matrix of held-out predictions (black-box shift estimation). */
  readonly blackBox: readonly ShareEstimate[];
  /** From the probabilities (expectation maximisation). */
  readonly expected: readonly ShareEstimate[];
}

/** Known photos by fits that did not see them. */
export interface HeldOut {
  /** Shape: N x K. */
  readonly probabilities: Matrix;
  /** Shape: N. */
  readonly labels: Int32Array;
  /** Shape: K. */
  readonly classCounts: readonly number[];
}

const replicates = 200;
/** An interval needs no more digits than are shown. */
const tolerance = 1e-5;

/**
 * Both estimates, and how they spread when the new photos are drawn again with repeats (and, for the confusion matrix, the
 * known ones of each class). The intervals do not cover probabilities that are wrong to begin with. Shapes: M x K.
 */
export async function estimateMix(
  { probabilities: held, labels, classCounts }: HeldOut,
  arrived: Matrix,
  { seed, pause }: { seed: number; pause: Pause },
): Promise<MixEstimates> {
  const trained = mixOf(classCounts);
  const confusion = confusionOf(held, labels, classCounts.length);
  const called = predictedCounts(arrived);
  const [blackBox, expected] = [blackBoxMix(confusion, called), expectedMix(arrived, trained)];
  const random = createRandom(seed).fork("bootstrap");
  const [boxes, expectations]: [ClassMix[], ClassMix[]] = [[], []];
  for (let b = 0; b < replicates; b += 1) {
    await pause();
    const weights = new Float64Array(arrived.rows);
    for (let i = 0; i < arrived.rows; i += 1) weights[random.integer(arrived.rows)]! += 1;
    expectations.push(expectedMix(arrived, trained, { start: lifted(expected), tolerance, weights }));
    const calls = new Float64Array(called.length);
    weights.forEach((weight, i) => (calls[argmax(rowOf(arrived, i))]! += weight));
    boxes.push(
      blackBoxMix(
        confusion.map((row) => redraw(row, random.integer)),
        calls,
        { start: lifted(blackBox), tolerance },
      ),
    );
  }
  return { blackBox: shareIntervals(blackBox, boxes), expected: shareIntervals(expected, expectations) };
}

/** Rows: the truth; columns: what was called. Shapes: N x K, N -> K x K. */
function confusionOf(held: Matrix, labels: Int32Array, classCount: number): Float64Array[] {
  const counts = Array.from({ length: classCount }, () => new Float64Array(classCount));
  labels.forEach((label, row) => (counts[label]![argmax(rowOf(held, row))]! += 1));
  return counts;
}

/** As many calls again, drawn from the row's own. */
function redraw(row: Float64Array, integer: (limit: number) => number): Float64Array {
  const calls = Array.from(row, (count, k) => Array<number>(count).fill(k)).flat();
  const out = new Float64Array(row.length);
  for (let i = 0; i < calls.length; i += 1) out[calls[integer(calls.length)]!]! += 1;
  return out;
}

/** A start from which every class can be reached: a share of 0 would stay 0. */
function lifted(mix: ClassMix): ClassMix {
  return mix.map((share) => 0.99 * share + 0.01 / mix.length);
}
