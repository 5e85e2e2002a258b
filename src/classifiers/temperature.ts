import { type Matrix, rowOf } from "../base/matrix.ts";

/** Temperatures are sought between these. */
const limits = { lowest: 1e-4, highest: 1e4 };

/**
 * The T that makes softmax(logits / T) most likely: minimises Σ −log p of the labels, convex in 1 / T, by bisection
 * on its derivative Σ (E[z] − z at the label). Labels are smoothed as if one more row had an unknown class, so that
 * scores without a single error do not ask for certainty. `rows` are those to use; their logits must be finite.
 * Shapes: N x K, N. Source: Guo et al. 2017, On Calibration. Witness: SciPy's minimize_scalar.
 */
export function fitTemperature(logits: Matrix, labels: Int32Array, rows: Int32Array): number {
  const smoothing = 1 / (rows.length + 1);
  let [low, high] = [Math.log(1 / limits.highest), Math.log(1 / limits.lowest)];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (slope(logits, labels, { rows, smoothing, sharpness: Math.exp(middle) }) > 0) high = middle;
    else low = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/** Mean −log p of the labels under softmax(logits / temperature). Shapes: N x K, N. */
export function negativeLogLikelihood(
  logits: Matrix,
  labels: Int32Array,
  { rows, temperature }: { rows: Int32Array; temperature: number },
): number {
  let sum = 0;
  for (const row of rows) {
    const scores = rowOf(logits, row);
    const max = Math.max(...scores);
    const total = scores.reduce((acc, z) => acc + Math.exp((z - max) / temperature), 0);
    sum += Math.log(total) - (scores[labels[row]!]! - max) / temperature;
  }
  return sum / rows.length;
}

/** d/dβ Σ −Σₖ tₖ log softmax(β z)ₖ = Σ (E_β[z] − Σₖ tₖ zₖ), with smoothed targets t. */
function slope(
  logits: Matrix,
  labels: Int32Array,
  { rows, smoothing, sharpness }: { rows: Int32Array; smoothing: number; sharpness: number },
): number {
  let sum = 0;
  for (const row of rows) {
    const scores = rowOf(logits, row);
    const max = Math.max(...scores);
    let [total, weighted, plain] = [0, 0, 0];
    for (const z of scores) {
      const weight = Math.exp(sharpness * (z - max));
      total += weight;
      weighted += weight * (z - max);
      plain += (z - max) / scores.length;
    }
    sum += weighted / total - (1 - smoothing) * (scores[labels[row]!]! - max) - smoothing * plain;
  }
  return sum;
}
