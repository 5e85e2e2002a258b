import { type Matrix, argmax, rowOf } from "../base/matrix.ts";

/**
 * The mean negative log probability of the true class, in nats: mean(logΣexp(z) - z[y]).
 * Shapes: N x K logits, N labels. 0 is perfect; ln K is an even guess. Computed from logits in float64, so that no
 * probability is ever rounded to zero. Witness: scikit-learn `log_loss`.
 */
export function logLoss(logits: Matrix, labels: ArrayLike<number>): number {
  return meanOverRows(logits, (row, i) => logSumExp(row) - row[labels[i]!]!);
}

/**
 * The mean squared distance between the probabilities and the truth: mean(Σₖ (pₖ - [y = k])²), in [0, 2].
 * Shapes: N x K logits, N labels. Source: Brier, Monthly Weather Review 78 (1950).
 * Witness: scikit-learn `brier_score_loss` for several classes, which does not halve it.
 */
export function brierScore(logits: Matrix, labels: ArrayLike<number>): number {
  return meanOverRows(logits, (row, i) => {
    const total = logSumExp(row);
    return row.reduce((sum, z, k) => sum + (Math.exp(z - total) - (k === labels[i] ? 1 : 0)) ** 2, 0);
  });
}

/**
 * The share of rows whose true class is among the k largest logits; of equal logits the lower class index leads,
 * as in `argmax`. Shapes: N x K logits, N labels. Witness: scikit-learn `top_k_accuracy_score`.
 */
export function topKAccuracy(logits: Matrix, labels: ArrayLike<number>, k: number): number {
  return meanOverRows(logits, (row, i) => {
    const label = labels[i]!;
    const own = row[label]!;
    const ahead = row.reduce((n, z, j) => n + (z > own || (z === own && j < label) ? 1 : 0), 0);
    return ahead < k ? 1 : 0;
  });
}

/** The predicted class of each row. Shapes: N x K -> N. */
export function predictionsOf(logits: Matrix): Int32Array {
  return Int32Array.from({ length: logits.rows }, (_, i) => argmax(rowOf(logits, i)));
}

/** The probability of the predicted class, max softmax, in float64. Shapes: N x K -> N, each in [1/K, 1]. */
export function confidencesOf(logits: Matrix): Float64Array {
  return Float64Array.from({ length: logits.rows }, (_, i) => {
    const row = rowOf(logits, i);
    return Math.exp(row[argmax(row)]! - logSumExp(row));
  });
}

/** log Σ exp(z), shifted by the maximum so that nothing overflows. */
function logSumExp(row: Float32Array): number {
  const max = row[argmax(row)]!;
  return max + Math.log(row.reduce((sum, z) => sum + Math.exp(z - max), 0));
}

function meanOverRows(logits: Matrix, valueOf: (row: Float32Array, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < logits.rows; i += 1) sum += valueOf(rowOf(logits, i), i);
  return sum / logits.rows;
}
