import type { Pause } from "../../base/pause.ts";
import { dot } from "../../base/algebra.ts";
import { type Pair, addScaled, remember, throughChanges, throughSteps } from "./step-memory.ts";
import type { TellShare } from "../tell-share.ts";

/** Several smooth convex functions, each of its own variables, that are evaluated together. */
export interface JointFunctions {
  readonly count: number;
  /** Variables of each. */
  readonly size: number;
  /** So many that follow one another are evaluated together or not at all. */
  readonly groupSize: number;
  /** The named groups at their points. Shapes: m x size -> m, m x size, m functions in the groups' order. */
  evaluate(points: Float64Array, groups: readonly number[]): Promise<Evaluated>;
  /** A rough inverse of a function's curvature, linear and positive, on a vector of each named. Shapes: m x size. */
  flatten(vectors: Float64Array, functions: readonly number[]): Promise<Float64Array>;
}

/** Shapes: m, m x size. */
export interface Evaluated {
  readonly values: Float64Array;
  readonly gradients: Float64Array;
}

/** When it ends. */
export interface TogetherOptions {
  /** Of a function: when its next step promises less than this share of its value. */
  readonly tolerance: number;
  readonly maxRounds: number;
  readonly pause: Pause;
  /** Told after each evaluation how far they have come, on the way of their gaps from the first to the tolerance. */
  readonly tell?: TellShare | undefined;
}

/** Steps that are tried along a direction before rounding is taken to be all that is left. */
const mostTries = 20;
/** What a value may rise by, as a share: float32 sums know no better. */
const rounding = 1e-6;

/**
 * Minimises all of them at once by limited-memory BFGS, each with its own memory and step; they share the evaluations, and
 * one that has ended stands still. A step is taken when it lowers the value enough (Armijo) or, near the optimum, where
 * values differ by rounding alone, when the slope at its end says so (Hager and Zhang's approximate condition).
 * `rounds`: evaluations after the first. `gap`: the largest share of a value that the last step still promised.
 * Shapes: count x size -> count x size. Source: Nocedal and Wright, algorithms 7.4 and 7.5.
 */
export async function minimiseTogether(
  functions: JointFunctions,
  start: Float64Array,
  options: TogetherOptions,
): Promise<{ points: Float64Array; isSettled: boolean; gap: number; rounds: number }> {
  const { count, size, groupSize } = functions;
  const points = Float64Array.from(start);
  const every = Array.from({ length: count / groupSize }, (_, group) => group);
  const first = await functions.evaluate(points, every);
  const searches = Array.from({ length: count }, (_, i) => startSearch(first, i, size));
  for (let round = 0; ; round += 1) {
    await options.pause();
    await turn(functions, searches, options.tolerance);
    const groups = every.filter((g) => membersOf(g, groupSize).some((i) => !searches[i]!.isDone));
    if (groups.length === 0 || round >= options.maxRounds)
      return {
        points,
        isSettled: groups.length === 0,
        gap: Math.max(...searches.map(promise)),
        rounds: round,
      };
    const looking = groups.flatMap((group) => membersOf(group, groupSize));
    const trial = new Float64Array(looking.length * size);
    for (const [at, i] of looking.entries()) {
      const place = trial.subarray(at * size, (at + 1) * size);
      place.set(points.subarray(i * size, (i + 1) * size));
      if (!searches[i]!.isDone) addScaled(place, searches[i]!.direction, searches[i]!.step);
    }
    const reached = await functions.evaluate(trial, groups);
    options.tell?.(shareDone(searches, options.tolerance));
    for (const [at, i] of looking.entries())
      if (!searches[i]!.isDone && judge(searches[i]!, placeOf(reached, at, size)))
        points.set(trial.subarray(at * size, (at + 1) * size), i * size);
  }
}

function membersOf(group: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => group * size + i);
}

/** The mean over all, each in the logarithm of its gap. */
function shareDone(searches: readonly Search[], tolerance: number): number {
  const shares = searches.map((search) => {
    if (search.isDone || !(search.firstGap > tolerance)) return 1;
    return Math.max(0, Math.log(search.firstGap / promise(search)) / Math.log(search.firstGap / tolerance));
  });
  return shares.reduce((sum, share) => sum + Math.min(1, share) / shares.length, 0);
}

/** Where one function's search stands. */
interface Search {
  value: number;
  gradient: Float64Array;
  direction: Float64Array;
  /** Of the value along the direction. */
  slope: number;
  step: number;
  tries: number;
  /** The share of its value that the first step promised. */
  firstGap: number;
  isDone: boolean;
  readonly pairs: Pair[];
}

interface Place {
  readonly value: number;
  readonly gradient: Float64Array;
}

function startSearch(at: Evaluated, i: number, size: number): Search {
  const rest = {
    direction: new Float64Array(size),
    slope: 0,
    step: 1,
    tries: 0,
    firstGap: 0,
    isDone: false,
    pairs: [],
  };
  return { ...placeOf(at, i, size), ...rest };
}

function placeOf({ values, gradients }: Evaluated, i: number, size: number): Place {
  return { value: values[i]!, gradient: gradients.slice(i * size, (i + 1) * size) };
}

/** A new direction for every search that stands at a new point; done where it promises too little. */
async function turn({ size, flatten }: JointFunctions, searches: Search[], tolerance: number): Promise<void> {
  const numbers = [...searches.keys()].filter((i) => !searches[i]!.isDone && searches[i]!.tries === 0);
  if (numbers.length === 0) return;
  const turning = numbers.map((i) => searches[i]!);
  const vectors = new Float64Array(2 * turning.length * size);
  const factors = turning.map((search, i) => {
    const [q, weights] = throughChanges(search.gradient, search.pairs);
    vectors.set(q, 2 * i * size);
    vectors.set(search.pairs.at(-1)?.change ?? q, (2 * i + 1) * size);
    return weights;
  });
  const flat = await flatten(
    vectors,
    numbers.flatMap((i) => [i, i]),
  );
  for (const [i, search] of turning.entries()) {
    const direction = flat.slice(2 * i * size, (2 * i + 1) * size);
    throughSteps(direction, search.pairs, {
      weights: factors[i]!,
      flatChange: flat.subarray((2 * i + 1) * size, (2 * i + 2) * size),
    });
    search.direction = direction;
    search.slope = dot(direction, search.gradient);
    search.isDone = !(promise(search) > tolerance);
    search.firstGap ||= promise(search);
  }
}

/** The share of the value that half the slope stands for: near the optimum, what is still to be gained. */
function promise({ slope, value }: Search): number {
  return value > 0 ? -slope / 2 / value : 0;
}

/** Whether the search goes on from where it looked; else it looks less far. */
function judge(search: Search, reached: Place): boolean {
  const { value, slope, step, direction } = search;
  const slopeThere = dot(direction, reached.gradient);
  const isLower = reached.value <= value + 1e-4 * step * slope;
  const isFlat = reached.value <= value + rounding * Math.abs(value) && slopeThere <= -0.8 * slope;
  if (!isLower && !isFlat) {
    search.step *= shorter(search, reached.value);
    search.isDone = (search.tries += 1) >= mostTries;
    return false;
  }
  remember(search.pairs, {
    step: direction.map((x) => x * step),
    change: reached.gradient.map((x, i) => x - search.gradient[i]!),
  });
  Object.assign(search, reached, { step: 1, tries: 0 });
  return true;
}

/** Where the parabola through both values and the slope is lowest, within a tenth and a half of the step. */
function shorter({ value, slope, step }: Search, reached: number): number {
  const rise = reached - value - step * slope;
  return rise > 0 && rise < Infinity ? Math.min(0.5, Math.max(0.1, (-slope * step) / (2 * rise))) : 0.1;
}
