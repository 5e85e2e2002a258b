import { type Matrix, rowOf } from "../../base/matrix.ts";

/** Picks made; a weight is a number of picks over their number at the best point of the way. */
const picks = 24;
/** A probability of nothing costs this much of log loss at most. */
const leastProbability = 1e-9;

/**
 * Weights of a mean of probabilities by greedy selection with replacement: from the member with the lowest log loss on, the
 * one whose addition lowers the loss of the mean most is added, again and again; the weights are the shares of the picks
 * where the loss was lowest, the fewest picks of equals. A member that helps nothing has weight 0.
 * Shapes: M members of N x K, N labels, n rows to judge by -> M weights that sum to 1.
 * Source: Caruana, Niculescu-Mizil, Crew & Ksikes 2004, Ensemble Selection from Libraries of Models.
 * Witness: test/reference/blend (the same selection in NumPy).
 */
export function greedyWeights(
  members: readonly Matrix[],
  labels: ArrayLike<number>,
  rows: ArrayLike<number>,
): number[] {
  const atLabel = members.map((member) =>
    Float64Array.from(rows, (row) => rowOf(member, row)[labels[row]!]!),
  );
  const counts = members.map(() => 0);
  let sum: Float64Array = new Float64Array(rows.length);
  let best = { loss: Infinity, weights: counts.map(() => 1 / counts.length) };
  for (let pick = 1; pick <= picks; pick += 1) {
    const losses = atLabel.map((own) => lossOf(sum, own, pick));
    const chosen = losses.reduce((least, loss, m) => (loss < losses[least]! - 1e-12 ? m : least), 0);
    counts[chosen]! += 1;
    sum = sum.map((value, i) => value + atLabel[chosen]![i]!);
    if (losses[chosen]! < best.loss - 1e-9)
      best = { loss: losses[chosen]!, weights: counts.map((count) => count / pick) };
  }
  return best.weights;
}

/** Mean −log of (sum + own) / count. */
function lossOf(sum: Float64Array, own: Float64Array, count: number): number {
  let loss = 0;
  for (let i = 0; i < own.length; i += 1)
    loss -= Math.log(Math.max(leastProbability, (sum[i]! + own[i]!) / count));
  return own.length === 0 ? 0 : loss / own.length;
}
