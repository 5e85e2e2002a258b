import { dot } from "../../base/algebra.ts";

/** Pairs of steps and gradient changes kept. */
const memory = 8;

/** A step of limited-memory BFGS, and what it did to the gradient. */
export interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change). */
  readonly rho: number;
}

/** The first of BFGS's two loops: −g less the changes' parts. */
export function throughChanges(gradient: Float64Array, pairs: readonly Pair[]): [Float64Array, number[]] {
  const q = gradient.map((g) => -g);
  const weights = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i -= 1) {
    weights[i] = pairs[i]!.rho * dot(pairs[i]!.step, q);
    addScaled(q, pairs[i]!.change, -weights[i]!);
  }
  return [q, weights];
}

/** The second loop, in place, after the flattening and its scale (step · change) / (change · flattened change). */
export function throughSteps(
  direction: Float64Array,
  pairs: readonly Pair[],
  { weights, flatChange }: { weights: readonly number[]; flatChange: Float64Array },
): void {
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.change, flatChange));
    for (let i = 0; i < direction.length; i += 1) direction[i]! *= scale;
  }
  for (const [i, { step, change, rho }] of pairs.entries())
    addScaled(direction, step, weights[i]! - rho * dot(change, direction));
}

/** Keeps a step and its change of the gradient, and lets the oldest go; one without curvature tells nothing. */
export function remember(pairs: Pair[], { step, change }: Omit<Pair, "rho">): void {
  const curvature = dot(step, change);
  if (!(curvature > 1e-12 * dot(change, change))) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

/** to + factor · from, in place. */
export function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i += 1) to[i]! += factor * from[i]!;
}
