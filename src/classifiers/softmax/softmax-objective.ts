import type { Objective } from "./minimise.ts";

/** Rows in float64. Shape: n x r. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  /** True when row i is zero past column i (a Cholesky factor): half the work. */
  readonly isLowerTriangle: boolean;
}

/**
 * Σᵢ −log softmax(V zᵢ + b) at the label + ½ penalty ‖V‖², and its gradient.
 * The point is V (K x r, row-major) followed by b (K). dV = Σᵢ (pᵢ − tᵢ) zᵢᵀ + penalty V, db = Σᵢ (pᵢ − tᵢ).
 */
export function softmaxObjective(
  z: Rows,
  labels: Int32Array,
  { classCount, penalty }: { classCount: number; penalty: number },
): Objective {
  const [r, k] = [z.columns, classCount];
  const scores = new Float64Array(k);
  return (point, gradient) => {
    let value = 0;
    for (let at = 0; at < k * r; at += 1) {
      value += (penalty * point[at]! ** 2) / 2;
      gradient[at] = penalty * point[at]!;
    }
    gradient.fill(0, k * r);
    for (let i = 0; i < z.rows; i += 1) {
      const row = z.data.subarray(i * r, i * r + (z.isLowerTriangle ? i + 1 : r));
      for (let c = 0; c < k; c += 1) scores[c] = product(row, point, c * r) + point[k * r + c]!;
      value += errorsOf(scores, labels[i]!);
      for (let c = 0; c < k; c += 1) {
        accumulate(gradient, { at: c * r, row, factor: scores[c]! });
        gradient[k * r + c]! += scores[c]!;
      }
    }
    return value;
  };
}

/** Turns scores into p − t in place and returns −log p of the label. */
function errorsOf(scores: Float64Array, label: number): number {
  const max = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const atLabel = scores[label]! - max;
  let total = 0;
  for (let c = 0; c < scores.length; c += 1) total += scores[c] = Math.exp(scores[c]! - max);
  for (let c = 0; c < scores.length; c += 1) scores[c]! /= total;
  scores[label]! -= 1;
  return Math.log(total) - atLabel;
}

function product(row: Float64Array, point: Float64Array, at: number): number {
  let sum = 0;
  for (let j = 0; j < row.length; j += 1) sum += row[j]! * point[at + j]!;
  return sum;
}

function accumulate(
  gradient: Float64Array,
  { at, row, factor }: { at: number; row: Float64Array; factor: number },
): void {
  for (let j = 0; j < row.length; j += 1) gradient[at + j]! += factor * row[j]!;
}
