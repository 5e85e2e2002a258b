import type { Matrix } from "../../base/matrix.ts";
import type { SolverOptions } from "./svm-dual.ts";
import { bestMultiple } from "./svm-problem.ts";

/**
 * One two-class kernel SVM with a free bias: minimise ½ βᵀKβ − yᵀβ with Σβ = 0 and βᵢ between 0 and yᵢ cᵢ
 * (β = αy of the usual dual, so that f(x) = Σ βᵢ k(xᵢ, x) + b).
 */
export interface KernelProblem {
  /** Shape: n x n. */
  readonly kernel: Matrix;
  /** ±1. Shape: n. */
  readonly signs: Float64Array;
  /** c. Shape: n. */
  readonly costs: Float64Array;
}

/** Where the solver stands; changed in place by `solveKernel`. */
export interface KernelPoint {
  readonly beta: Float64Array;
  /** yᵢ − Σⱼ Kᵢⱼ βⱼ. Shape: n. */
  readonly residual: Float64Array;
}

/** β = 0. */
export function startKernel({ signs }: KernelProblem): KernelPoint {
  return { beta: new Float64Array(signs.length), residual: Float64Array.from(signs) };
}

/**
 * Sequential minimal optimisation: the pair is the largest residual that may rise and, by the second-order rule, the
 * one that gains most with it. Returns whether the largest violation fell below the tolerance.
 * Source: Fan, Chen, Lin 2005, Working Set Selection Using Second Order Information. Witness: libsvm.
 */
export async function solveKernel(
  problem: KernelProblem,
  point: KernelPoint,
  options: SolverOptions,
): Promise<boolean> {
  const bounds = boundsOf(problem);
  for (let updates = 0; updates < options.maxUpdates; updates += 1) {
    if (updates % 512 === 511) await options.pause();
    const pair = choosePair(problem, point, bounds);
    if (pair.violation <= options.tolerance) return true;
    movePair(problem, point, { ...bounds, ...pair });
  }
  return false;
}

/** The bias b: the mean residual of the free βᵢ, else the middle of what the bounds allow. */
export function biasOf(problem: KernelProblem, { beta, residual }: KernelPoint): number {
  const { lower, upper } = boundsOf(problem);
  const free = residual.filter((_, i) => beta[i]! > lower[i]! && beta[i]! < upper[i]!);
  if (free.length > 0) return free.reduce((sum, value) => sum + value, 0) / free.length;
  const highest = residual.reduce(
    (m, value, i) => (beta[i]! < upper[i]! ? Math.max(m, value) : m),
    -Infinity,
  );
  const lowest = residual.reduce((m, value, i) => (beta[i]! > lower[i]! ? Math.min(m, value) : m), Infinity);
  return (highest + lowest) / 2;
}

/** A point for the same rows and kernel at other costs, from the solution of one: its best multiple. */
export function continueKernel(
  { signs, costs }: KernelProblem,
  { beta, residual }: KernelPoint,
): KernelPoint {
  const products = residual.map((value, i) => signs[i]! - value);
  const scale = bestMultiple({ signs, upper: costs }, beta, products);
  return {
    beta: beta.map((value, i) => Math.min(Math.max(value * scale, -costs[i]!), costs[i]!)),
    residual: products.map((product, i) => signs[i]! - product * scale),
  };
}

interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

function boundsOf({ signs, costs }: KernelProblem): Bounds {
  return {
    lower: costs.map((cost, i) => (signs[i]! < 0 ? -cost : 0)),
    upper: costs.map((cost, i) => (signs[i]! > 0 ? cost : 0)),
  };
}

function choosePair(
  { kernel }: KernelProblem,
  { beta, residual }: KernelPoint,
  { lower, upper }: Bounds,
): { up: number; down: number; violation: number } {
  const n = kernel.rows;
  const k = kernel.data;
  let up = -1;
  let highest = -Infinity;
  for (let i = 0; i < n; i += 1)
    if (residual[i]! > highest && beta[i]! < upper[i]!) {
      highest = residual[i]!;
      up = i;
    }
  let [down, bestGain, lowest] = [-1, -1, Infinity];
  if (up < 0) return { up, down, violation: 0 };
  for (let j = 0; j < n; j += 1) {
    if (beta[j]! <= lower[j]!) continue;
    const value = residual[j]!;
    if (value < lowest) lowest = value;
    const gap = highest - value;
    if (gap <= 0) continue;
    const gain = (gap * gap) / curvature(k, n, { up, down: j });
    if (gain > bestGain) {
      bestGain = gain;
      down = j;
    }
  }
  return { up, down, violation: down < 0 ? 0 : highest - lowest };
}

function curvature(k: Float32Array, n: number, { up, down }: { up: number; down: number }): number {
  return Math.max(k[up * n + up]! + k[down * n + down]! - 2 * k[up * n + down]!, 1e-12);
}

function movePair(
  { kernel }: KernelProblem,
  { beta, residual }: KernelPoint,
  { up, down, lower, upper }: Bounds & { up: number; down: number },
): void {
  const n = kernel.rows;
  const k = kernel.data;
  const full = (residual[up]! - residual[down]!) / curvature(k, n, { up, down });
  const step = Math.min(full, upper[up]! - beta[up]!, beta[down]! - lower[down]!);
  beta[up] = step === upper[up]! - beta[up]! ? upper[up]! : beta[up]! + step;
  beta[down] = step === beta[down]! - lower[down]! ? lower[down]! : beta[down]! - step;
  for (let i = 0; i < n; i += 1) residual[i]! -= step * (k[up * n + i]! - k[down * n + i]!);
}
