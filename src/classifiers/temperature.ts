import { type Matrix, rowOf } from "../base/matrix.ts";

/** Temperatures are sought between these. */
const limits = { lowest: 1e-4, highest: 1e4 };

/**
 * The T that makes softmax(logits / T) most likely: minimises Σ −log p of the labels, convex in 1 / T, by Newton's steps
 * in log 1 / T on its derivative Σ (E[z] − z at the label), halving the bracket where a step would leave it. Labels are smoothed as if one more row had an unknown class, so that
 * scores without a single error do not ask for certainty. `rows` are those to use; their logits must be finite.
 * Shapes: N x K, N. Source: Guo et al. 2017, On Calibration. Witness: SciPy's minimize_scalar.
 */
export function fitTemperature(logits: Matrix, labels: Int32Array, rows: Int32Array): number {
  const gaps = gapsToTop(logits, rows);
  const target = smoothedTarget(gaps, labels, rows);
  let [low, high] = [Math.log(1 / limits.highest), Math.log(1 / limits.lowest)];
  let [last, next] = [Infinity, 0];
  for (let i = 0; i < 48 && Math.abs(next - last) > 1e-13; i += 1) {
    last = next;
    const { mean, slope } = expectedGaps(gaps, Math.exp(last));
    if (mean > target) high = last;
    else low = last;
    const step = last + (target - mean) / (slope * Math.exp(last));
    next = step > low && step < high ? step : (low + high) / 2;
  }
  return Math.exp(-next);
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

/** z less the largest of its row, in float64. Shapes: N x K, n rows -> n x K. */
function gapsToTop(logits: Matrix, rows: Int32Array): Gaps {
  const { columns } = logits;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    const scores = rowOf(logits, row);
    const max = scores.reduce((most, z) => Math.max(most, z), -Infinity);
    for (let k = 0; k < columns; k += 1) values[i * columns + k] = scores[k]! - max;
  });
  return { columns, values };
}

interface Gaps {
  readonly columns: number;
  readonly values: Float64Array;
}

/** Σ Σₖ tₖ zₖ with t = (1 − s) at the label + s / K everywhere, s = 1 / (n + 1). */
function smoothedTarget({ columns, values }: Gaps, labels: Int32Array, rows: Int32Array): number {
  const smoothing = 1 / (rows.length + 1);
  const atLabels = rows.reduce((sum, row, i) => sum + values[i * columns + labels[row]!]!, 0);
  const everywhere = values.reduce((sum, value) => sum + value, 0) / columns;
  return (1 - smoothing) * atLabels + smoothing * everywhere;
}

/** Σ E[z] under softmax(βz): beside the target, d/dβ Σ −Σₖ tₖ log softmax(βz)ₖ. Its slope in β is Σ Var[z]. */
function expectedGaps({ columns, values }: Gaps, sharpness: number): { mean: number; slope: number } {
  let [mean, slope] = [0, 0];
  for (let from = 0; from < values.length; from += columns) {
    let [total, first, second] = [0, 0, 0];
    for (let at = from; at < from + columns; at += 1) {
      const gap = values[at]!;
      const weight = Math.exp(sharpness * gap);
      total += weight;
      first += weight * gap;
      second += weight * gap * gap;
    }
    mean += first / total;
    slope += second / total - (first / total) ** 2;
  }
  return { mean, slope };
}
