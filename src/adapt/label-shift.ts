import { RootstockError } from "../base/errors.ts";
import { type Matrix, argmax, rowOf } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";

/** Shares of the classes; they sum to 1. Shape: K. */
export type ClassMix = Float64Array;

/** Counts as shares. Shape: K. */
export function mixOf(counts: ArrayLike<number>): ClassMix {
  const values = Float64Array.from(counts);
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((count) => count / total);
}

/** How often each class is the likeliest of a row. Shapes: N x K -> K. */
export function predictedCounts(probabilities: Matrix): Float64Array {
  const counts = new Float64Array(probabilities.columns);
  for (let i = 0; i < probabilities.rows; i += 1) counts[argmax(rowOf(probabilities, i))]! += 1;
  return counts;
}

/** Where iterations on a simplex begin, and that they end where no share moves by as much. */
export interface ClimbOptions {
  readonly start?: ClassMix | undefined;
  /** Default 1e-9. */
  readonly tolerance?: number | undefined;
}

const mostSteps = 5000;

/**
 * The mix q under which the predictions seen are likeliest, where a photo of class j is called i with the chance C[i, j]
 * whatever the mix: maximum of Σᵢ mᵢ log (C q)ᵢ over the simplex, by qⱼ ← qⱼ Σᵢ m̂ᵢ C[i, j] / (C q)ᵢ. Where the solution of
 * C q = m̂ has no negative share it is that solution, black-box shift estimation's own.
 * `confusion`: row-major counts, entry (true j, called i). Source: Lipton, Wang & Smola 2018. Witness: NumPy's `solve`.
 */
export function blackBoxMix(
  confusion: readonly ArrayLike<number>[],
  called: ArrayLike<number>,
  { start, tolerance }: ClimbOptions = {},
): ClassMix {
  const chances = confusion.map((row) => smoothedMix(row));
  const seen = mixOf(called);
  return climb({ start: start ?? seen.map(() => 1 / seen.length), tolerance }, (mix, next) => {
    for (let i = 0; i < seen.length; i += 1) {
      if (seen[i] === 0) continue;
      let expected = 0;
      for (let j = 0; j < mix.length; j += 1) expected += chances[j]![i]! * mix[j]!;
      for (let j = 0; j < mix.length; j += 1) next[j]! += (mix[j]! * seen[i]! * chances[j]![i]!) / expected;
    }
  });
}

/** A row of counts as chances; a class nobody has been called gets a trace, so that nothing seen is impossible. */
function smoothedMix(row: ArrayLike<number>): ClassMix {
  return mixOf(Float64Array.from(row, (count) => count + 1e-6));
}

/**
 * The mix q that explains the probabilities best, by EM: each photo's probabilities are turned to the mix so far, their
 * mean is the next. `probabilities` are those of a model trained under `trained`.
 * Shapes: M x K, K -> K. `weights`: how often each row counts. Source: Saerens, Latinne & Decaestecker 2002. Witness: NumPy.
 */
export function expectedMix(
  probabilities: Matrix,
  trained: ClassMix,
  {
    start = trained,
    tolerance,
    weights,
  }: ClimbOptions & { readonly weights?: ArrayLike<number> | undefined } = {},
): ClassMix {
  const { rows, columns } = probabilities;
  const ratios = new Float64Array(columns);
  let total = rows;
  if (weights !== undefined) total = Array.from(weights).reduce((a, b) => a + b, 0);
  return climb({ start, tolerance }, (mix, next) => {
    for (let k = 0; k < columns; k += 1) ratios[k] = trained[k]! > 0 ? mix[k]! / trained[k]! : 0;
    for (let i = 0; i < rows; i += 1) {
      const weight = weights === undefined ? 1 : weights[i]!;
      if (weight === 0) continue;
      const row = rowOf(probabilities, i);
      let sum = 0;
      for (let k = 0; k < columns; k += 1) sum += row[k]! * ratios[k]!;
      if (sum === 0) continue;
      for (let k = 0; k < columns; k += 1) next[k]! += (weight * row[k]! * ratios[k]!) / (sum * total);
    }
  });
}

/** Repeats `step`, which adds the next mix into zeros, until it stands still. */
function climb(
  { start, tolerance = 1e-9 }: ClimbOptions & { start: ClassMix },
  step: (mix: ClassMix, next: Float64Array) => void,
): ClassMix {
  let mix = start;
  for (let i = 0; i < mostSteps; i += 1) {
    const next = new Float64Array(mix.length);
    step(mix, next);
    const total = next.reduce((a, b) => a + b, 0);
    if (total === 0) return mix;
    let moved = 0;
    for (let k = 0; k < next.length; k += 1) {
      next[k]! /= total;
      moved = Math.max(moved, Math.abs(next[k]! - mix[k]!));
    }
    mix = next;
    if (moved < tolerance) break;
  }
  return mix;
}

/**
 * Probabilities under another mix: pₖ qₖ / tₖ, made to sum to 1. Shape: K. A class that the model was not trained on keeps 0.
 * Where everything the model holds possible has no share in the mix, the mix itself is the answer.
 */
export function correctForMix(probabilities: ArrayLike<number>, trained: ClassMix, mix: ClassMix): ClassMix {
  const turned = mix.map((share, k) => (trained[k]! > 0 ? (probabilities[k]! * share) / trained[k]! : 0));
  const total = turned.reduce((a, b) => a + b, 0);
  return total > 0 ? turned.map((value) => value / total) : mixOf(mix);
}

/** Whether two rows of counts are of one mix. */
export interface MixTest {
  /** Pearson's chi² of the 2 x K table. */
  readonly statistic: number;
  readonly p: number;
}

/**
 * Permutation test of homogeneity: the calls of both samples are dealt out anew, and p counts the deals whose chi² is at
 * least as large; exact, however small the counts. Shapes: K, K. Witness: SciPy's `chi2_contingency` for the statistic.
 */
export function testMix(
  known: ArrayLike<number>,
  arrived: ArrayLike<number>,
  { seed = 0, permutations = 1999 }: { seed?: number; permutations?: number } = {},
): MixTest {
  const calls = Array.from(known, (count, k) => Array<number>(count + arrived[k]!).fill(k)).flat();
  const drawn = Array.from(arrived).reduce((a, b) => a + b, 0);
  const pooled = Float64Array.from(known, (count, k) => count + arrived[k]!);
  const statistic = chiSquared(arrived, pooled, drawn);
  const random = createRandom(seed).fork("mix");
  let atLeast = 1;
  for (let p = 0; p < permutations; p += 1) {
    const counts = new Float64Array(pooled.length);
    for (let i = 0; i < drawn; i += 1) {
      const j = i + random.integer(calls.length - i);
      [calls[i], calls[j]] = [calls[j]!, calls[i]!];
      counts[calls[i]!]! += 1;
    }
    if (chiSquared(counts, pooled, drawn) >= statistic - 1e-9) atLeast += 1;
  }
  return { statistic, p: atLeast / (1 + permutations) };
}

/** Σ (observed − expected)² / expected over both rows of the table, from one row and the sums. */
function chiSquared(row: ArrayLike<number>, pooled: Float64Array, drawn: number): number {
  const total = pooled.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let k = 0; k < pooled.length; k += 1) {
    if (pooled[k] === 0) continue;
    const expected = (pooled[k]! * drawn) / total;
    sum += (row[k]! - expected) ** 2 / expected;
    if (total > drawn) sum += (row[k]! - expected) ** 2 / (pooled[k]! - expected);
  }
  return sum;
}

/** A share with its 95 % bootstrap interval. */
export interface ShareEstimate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Middle 95 % of replicates, class by class. Shapes: K, B x K -> K. */
export function shareIntervals(mix: ClassMix, replicates: readonly ClassMix[]): ShareEstimate[] {
  if (replicates.length === 0)
    throw new RootstockError("E_SHAPE", "bootstrap: expected replicates, got none.");
  return Array.from(mix, (share, k) => {
    const values = replicates.map((replicate) => replicate[k]!).sort((a, b) => a - b);
    const at = (level: number): number => values[Math.round(level * (values.length - 1))]!;
    return { share, low: Math.min(share, at(0.025)), high: Math.max(share, at(0.975)) };
  });
}
