import { createRandom } from "../../base/random.ts";
import { type Matrix, rowOf } from "../../base/matrix.ts";
import { dot } from "../../base/algebra.ts";
import type { DualPoint, SolverOptions } from "./svm-dual.ts";

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
 * Rows are visited in seeded random order. A row at a bound is set aside where its gradient pushes it against the bound
 * harder than any row was pushed or pulled in the sweep before, and looked at again before the end (shrinking).
 * Returns whether the largest projected gradient fell below the tolerance.
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
  let last = unbounded;
  let updates = 0;
  let isSettled = false;
  while (!isSettled && updates < options.maxUpdates) {
    const sweep: Sweep = { last, highest: -Infinity, lowest: Infinity, moving: [] };
    for (const [visited, row] of random.shuffle(active).entries()) {
      if (visited % 256 === 255) await options.pause();
      visitRow(problem, point, { row, curvature: curvature[row]!, sweep });
    }
    await options.pause();
    const isStill = Math.max(sweep.highest, -sweep.lowest) <= options.tolerance;
    isSettled = isStill && active.length === everyRow.length;
    active = isStill ? everyRow : sweep.moving;
    last = isStill ? unbounded : boundsOf(sweep);
    updates += active.length;
  }
  options.countSteps?.(updates);
  return isSettled;
}

/** Where a solve with features stands, as a point of `solveDual` on the Gram matrix. Residuals follow from w. */
export function toDualPoint(
  { features, signs, ridge }: FeatureProblem,
  { alpha, weights }: FeaturePoint,
): DualPoint {
  const beta = alpha.map((value, i) => value * signs[i]!);
  const residual = beta.map((value, i) => {
    const score = dot(rowOf(features, i), weights.subarray(0, features.columns)) + weights[features.columns]!;
    return signs[i]! - score - ridge[i]! * value;
  });
  return { beta, residual };
}

/** Beyond these gradients a row at a bound stays there. */
interface Bounds {
  readonly highest: number;
  readonly lowest: number;
}

const unbounded: Bounds = { highest: Infinity, lowest: -Infinity };

/** One pass over the rows in play: its projected gradients' ends, and the rows that stay in play. */
interface Sweep extends Bounds {
  readonly last: Bounds;
  highest: number;
  lowest: number;
  readonly moving: number[];
}

function boundsOf({ highest, lowest }: Sweep): Bounds {
  return { highest: highest > 0 ? highest : Infinity, lowest: lowest < 0 ? lowest : -Infinity };
}

function visitRow(
  { features, signs, upper, ridge }: FeatureProblem,
  { alpha, weights }: FeaturePoint,
  { row, curvature, sweep }: { row: number; curvature: number; sweep: Sweep },
): void {
  const { columns, data } = features;
  const at = row * columns;
  const sign = signs[row]!;
  let f = weights[columns]!;
  for (let j = 0; j < columns; j += 1) f += weights[j]! * data[at + j]!;
  const old = alpha[row]!;
  const gradient = sign * f - 1 + ridge[row]! * old;
  if (old <= 0 ? gradient > sweep.last.highest : old >= upper[row]! && gradient < sweep.last.lowest) return;
  sweep.moving.push(row);
  const projected = old <= 0 ? Math.min(gradient, 0) : old >= upper[row]! ? Math.max(gradient, 0) : gradient;
  sweep.highest = Math.max(sweep.highest, projected);
  sweep.lowest = Math.min(sweep.lowest, projected);
  if (projected === 0) return;
  const target = Math.min(Math.max(old - gradient / curvature, 0), upper[row]!);
  const step = (target - old) * sign;
  alpha[row] = target;
  for (let j = 0; j < columns; j += 1) weights[j]! += step * data[at + j]!;
  weights[columns]! += step;
}
