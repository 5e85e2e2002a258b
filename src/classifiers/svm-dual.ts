import type { Pause } from "../base/pause.ts";
import type { Matrix } from "../base/matrix.ts";

/**
 * One two-class SVM over a Gram matrix, bias included as a constant feature (the Gram matrix has +1 everywhere):
 * minimise ½ αᵀ(Q + diag(d))α − Σα with 0 ≤ αᵢ ≤ uᵢ, where Qᵢⱼ = yᵢ yⱼ Kᵢⱼ.
 * Hinge: u = C, d = 0. Squared hinge: u = ∞, d = 1 / 2C. (Hsieh et al. 2008, A Dual Coordinate Descent Method.)
 */
export interface DualProblem {
  /** Shape: n x n. */
  readonly gram: Matrix;
  /** ±1. Shape: n. */
  readonly signs: Float64Array;
  /** u. Shape: n. */
  readonly upper: Float64Array;
  /** d. Shape: n. */
  readonly ridge: Float64Array;
}

/** Where the solver stands; changed in place by `solveDual`. */
export interface DualPoint {
  readonly alpha: Float64Array;
  /** ∇ᵢ = yᵢ f(xᵢ) − 1 + dᵢ αᵢ. Shape: n. */
  readonly gradient: Float64Array;
}

export interface SolverOptions {
  /** Largest projected gradient at the end, in units of the margin. */
  readonly tolerance: number;
  readonly maxUpdates: number;
  readonly pause: Pause;
}

/** α = 0. */
export function startDual(rows: number): DualPoint {
  return { alpha: new Float64Array(rows), gradient: new Float64Array(rows).fill(-1) };
}

/**
 * Greedy coordinate descent: of all αᵢ the one whose exact step lowers the objective most (its bound ignored),
 * found in the same sweep that updates the gradient, so that a step costs one row of the Gram matrix.
 * No randomness, and no dependence on row order but for ties. Returns whether the tolerance was reached.
 */
export async function solveDual(
  problem: DualProblem,
  point: DualPoint,
  options: SolverOptions,
): Promise<boolean> {
  const { gram, ridge, upper } = problem;
  const { alpha, gradient } = point;
  const n = gram.rows;
  const curvature = Float64Array.from(ridge, (d, i) => gram.data[i * n + i]! + d);
  let { next, violation } = takeStep(problem, point, { curvature, row: 0, step: 0 });
  for (let updates = 0; violation > options.tolerance; updates += 1) {
    if (updates >= options.maxUpdates) return false;
    if (updates % 512 === 511) await options.pause();
    const target = Math.min(Math.max(alpha[next]! - gradient[next]! / curvature[next]!, 0), upper[next]!);
    const step = target - alpha[next]!;
    alpha[next] = target;
    gradient[next]! += step * ridge[next]!;
    ({ next, violation } = takeStep(problem, point, { curvature, row: next, step }));
  }
  return true;
}

/** Adds one coordinate's step to the gradient, and finds the next coordinate and the largest violation on the way. */
function takeStep(
  { gram, signs, upper }: DualProblem,
  { alpha, gradient }: DualPoint,
  { curvature, row, step }: { curvature: Float64Array; row: number; step: number },
): { next: number; violation: number } {
  const n = gram.rows;
  const k = gram.data;
  const at = row * n;
  const signedStep = step * signs[row]!;
  let next = 0;
  let bestGain = -1;
  let violation = 0;
  for (let j = 0; j < n; j += 1) {
    const g = gradient[j]! + signedStep * signs[j]! * k[at + j]!;
    gradient[j] = g;
    const isHeld = g > 0 ? alpha[j]! <= 0 : alpha[j]! >= upper[j]!;
    if (isHeld) continue;
    const size = g > 0 ? g : -g;
    if (size > violation) violation = size;
    const gain = (g * g) / curvature[j]!;
    if (gain > bestGain) {
      bestGain = gain;
      next = j;
    }
  }
  return { next, violation };
}

/**
 * A point for the next problem on the same rows, from the solution of one with other bounds and ridges.
 * Where coordinates were held at their bound, all are scaled with it (Chu et al. 2015, Warm Start for Parameter
 * Selection of Linear Classifiers); elsewhere they stay. Either way the gradient follows without a product.
 */
export function continueDual(from: DualProblem, to: DualProblem, { alpha, gradient }: DualPoint): DualPoint {
  const isHeld = alpha.some((value, i) => value > 0 && value >= from.upper[i]!);
  const growth = to.upper[0]! / from.upper[0]!;
  const scale = isHeld && Number.isFinite(growth) ? growth : 1;
  const next = alpha.map((value, i) => Math.min(value * scale, to.upper[i]!));
  return {
    alpha: next,
    gradient: gradient.map(
      (g, i) => (g + 1 - from.ridge[i]! * alpha[i]!) * scale - 1 + to.ridge[i]! * next[i]!,
    ),
  };
}

/** Σα − ½ αᵀ(Q + diag(d))α: what is maximised. At the optimum it equals the primal objective. */
export function dualObjective({ alpha, gradient }: DualPoint): number {
  let sum = 0;
  for (let i = 0; i < alpha.length; i += 1) sum += alpha[i]! * (1 - gradient[i]!);
  return sum / 2;
}
