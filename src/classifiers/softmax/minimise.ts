import type { Pause } from "../../base/pause.ts";

/** A smooth function: fills `gradient` and returns the value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** When a minimisation ends. */
export interface MinimiseOptions {
  /** Ends when no entry of the gradient is larger. */
  readonly tolerance: number;
  readonly maxSteps: number;
  readonly pause: Pause;
}

/** Pairs of steps and gradient changes kept: scipy's default. */
const memory = 10;

/**
 * Limited-memory BFGS with backtracking to a sufficient decrease (Armijo). For convex functions.
 * Returns the point, and whether the tolerance was reached (or float64 could not lower the value any more).
 * Source: Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5.
 */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance, maxSteps, pause }: MinimiseOptions,
): Promise<{ point: Float64Array; isSettled: boolean; steps: number }> {
  let point: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(point.length);
  let value = objective(point, gradient);
  const pairs: Pair[] = [];
  for (let step = 0; step < maxSteps; step += 1) {
    await pause();
    if (largest(gradient) <= tolerance) return { point, isSettled: true, steps: step };
    const direction = descend(gradient, pairs);
    const next = search(objective, { point, gradient, value, direction, isFirst: pairs.length === 0 });
    if (next === undefined) return { point, isSettled: true, steps: step };
    remember(pairs, difference(next.point, point), difference(next.gradient, gradient));
    ({ point, gradient, value } = next);
  }
  return { point, isSettled: largest(gradient) <= tolerance, steps: maxSteps };
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change). */
  readonly rho: number;
}

interface Place {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

/** −H g by the two-loop recursion. */
function descend(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((g) => -g);
  const weights = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i -= 1) {
    weights[i] = pairs[i]!.rho * product(pairs[i]!.step, q);
    addScaled(q, pairs[i]!.change, -weights[i]!);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * product(last.change, last.change));
    for (let i = 0; i < q.length; i += 1) q[i]! *= scale;
  }
  for (const [i, { step, change, rho }] of pairs.entries())
    addScaled(q, step, weights[i]! - rho * product(change, q));
  return q;
}

/** The first of ever shorter steps that lowers the value enough; undefined when rounding leaves none. */
function search(
  objective: Objective,
  from: Place & { direction: Float64Array; isFirst: boolean },
): Place | undefined {
  const { direction, value } = from;
  const slope = product(direction, from.gradient);
  let length = from.isFirst ? 1 / Math.max(1, Math.sqrt(product(direction, direction))) : 1;
  for (let tries = 0; tries < 40; tries += 1, length /= 2) {
    const point = Float64Array.from(from.point);
    addScaled(point, direction, length);
    const gradient = new Float64Array(point.length);
    const reached = objective(point, gradient);
    if (reached <= value + 1e-4 * length * slope && reached < value)
      return { point, gradient, value: reached };
  }
  return undefined;
}

function remember(pairs: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = product(step, change);
  if (!(curvature > 1e-12 * product(change, change))) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i += 1) to[i]! += factor * from[i]!;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
