import { type Matrix, rowOf } from "../../base/matrix.ts";

const [lowest, highest] = [1e-3, 1e3];

/**
 * The temperature at which scores are as confident on the same rows as an earlier model was: the mean of the largest probability
 * is equal, by bisection in log T (it falls as T grows). For scores that have seen their rows, whose errors tell nothing.
 * Shapes: n x K each, K may differ.
 */
export function temperatureAsConfident(scores: Matrix, earlier: Matrix): number {
  const goal = meanConfidence(earlier, 1);
  let [low, high] = [Math.log(lowest), Math.log(highest)];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (meanConfidence(scores, Math.exp(middle)) > goal) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The mean over rows of the largest probability at a temperature. */
function meanConfidence(logits: Matrix, temperature: number): number {
  let sum = 0;
  for (let i = 0; i < logits.rows; i += 1) {
    const row = rowOf(logits, i);
    const top = Math.max(...row);
    sum += 1 / row.reduce((total, value) => total + Math.exp((value - top) / temperature), 0);
  }
  return sum / logits.rows;
}
