import { createRandom } from "../base/random.ts";
import { type Matrix, rowOf } from "../base/matrix.ts";
import { dot } from "../base/algebra.ts";
import type { SolverOptions } from "./svm-dual.ts";

/** One two-class SVM over features, for many rows and few columns; fields as in `DualProblem`. */
export interface FeatureProblem {
  /** Shape: n x D. */
  readonly features: Matrix;
  readonly signs: Float64Array;
  readonly upper: Float64Array;
  readonly ridge: Float64Array;
}

/** α, with w = Σ αᵢ yᵢ xᵢ and the bias Σ αᵢ yᵢ kept beside it; changed in place by `solveWithFeatures`. */
export interface FeaturePoint {
  readonly alpha: Float64Array;
  /** Shape: D + 1, the bias last. */
  readonly weights: Float64Array;
}

/** α = 0, w = 0. */
export function startFeatures({ features }: FeatureProblem): FeaturePoint {
  return { alpha: new Float64Array(features.rows), weights: new Float64Array(features.columns + 1) };
}

/**
 * Dual coordinate descent that keeps w instead of the gradient: a step costs D, and no n x n matrix is needed.
 * Rows are visited in seeded random order; rows at rest at a bound are set aside (shrinking) and looked at again
 * before the end. Returns whether the largest projected gradient fell below the tolerance.
 * Source: Hsieh et al. 2008, algorithms 1 and 3. Witness: liblinear by scikit-learn's LinearSVC.
 */
export async function solveWithFeatures(
  problem: FeatureProblem,
  point: FeaturePoint,
  options: SolverOptions & { seed: number },
): Promise<boolean> {
  const { features, ridge } = problem;
  const random = createRandom(options.seed);
  const curvature = Float64Array.from(ridge, (d, i) => dot(rowOf(features, i), rowOf(features, i)) + 1 + d);
  const everyRow = Array.from(curvature.keys());
  let active = everyRow;
  for (let updates = 0; updates < options.maxUpdates; updates += active.length) {
    const sweep = { violation: 0, moving: [] as number[] };
    for (const [visited, row] of random.shuffle(active).entries()) {
      if (visited % 256 === 255) await options.pause();
      visitRow(problem, point, { row, curvature: curvature[row]!, sweep });
    }
    await options.pause();
    const isSettled = sweep.violation <= options.tolerance;
    if (isSettled && active.length === everyRow.length) return true;
    active = isSettled || sweep.moving.length === 0 ? everyRow : sweep.moving;
  }
  return false;
}

function visitRow(
  { features, signs, upper, ridge }: FeatureProblem,
  { alpha, weights }: FeaturePoint,
  visit: { row: number; curvature: number; sweep: { violation: number; moving: number[] } },
): void {
  const { row, curvature, sweep } = visit;
  const { columns, data } = features;
  const at = row * columns;
  const sign = signs[row]!;
  let f = weights[columns]!;
  for (let j = 0; j < columns; j += 1) f += weights[j]! * data[at + j]!;
  const old = alpha[row]!;
  const gradient = sign * f - 1 + ridge[row]! * old;
  if (gradient > 0 ? old <= 0 : gradient < 0 && old >= upper[row]!) return;
  sweep.moving.push(row);
  sweep.violation = Math.max(sweep.violation, Math.abs(gradient));
  const target = Math.min(Math.max(old - gradient / curvature, 0), upper[row]!);
  const step = (target - old) * sign;
  if (step === 0) return;
  alpha[row] = target;
  for (let j = 0; j < columns; j += 1) weights[j]! += step * data[at + j]!;
  weights[columns]! += step;
}
