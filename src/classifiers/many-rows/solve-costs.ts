import { createMatrix } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import type { LearnOptions } from "../learner.ts";
import type { LinearModel } from "../linear-model.ts";
import { type Curvature, type Flatten, curvatureOf, openFlattener } from "./curvature.ts";
import { rowsWithBias } from "../warm-start.ts";
import { type CentredSet, type HeldRows, holdRows } from "./held-rows.ts";
import { type Evaluated, type JointFunctions, minimiseTogether } from "./minimise-together.ts";
import type { RowLoss } from "./row-losses.ts";

/** A linear model to be fitted at several costs, on rows that lie in the runtime. */
export interface ManyRowsProblem {
  readonly set: CentredSet;
  readonly loss: RowLoss;
  /** C of each model. */
  readonly costs: readonly number[];
  /** Whether the bias is penalised with the weights, as that of a constant feature is. */
  readonly isBiasPenalised: boolean;
  /** The curvature of the loss at its optimum as a share of XᵀX, roughly. */
  readonly activity: number;
  /** Of rows like these; default: of the rows themselves. */
  readonly curvature?: Curvature | undefined;
}

/** How near, and on what. */
export interface ManyRowsOptions extends LearnOptions {
  readonly engine: Engine;
  /** The share of the objective that may be left. */
  readonly tolerance: number;
  /** Called with what is left where the rounds were used up before. */
  readonly onUnsettled: (gap: number) => void;
}

/** Shares of the objective that a fit, and one for tuning, may leave. */
export const manyRowsTolerance = { fit: 1e-10, tuning: 1e-6 };

/** Evaluations that a model may take. */
const maxRounds = 1000;

/** Weights that are sought at a time; the solver keeps some twenty values for each, 320 MiB in all. */
const jointWeights = 2 ** 21;

/**
 * minimise ½ ‖W‖² + C Σᵢ loss(W xᵢ + b) for all classes and all C together: they share every product. Where these are too
 * many weights at a time, the costs are taken in turn, each start the solution before. Returns a model a cost.
 * Throws the signal's reason.
 */
export async function solveCosts(problem: ManyRowsProblem, options: ManyRowsOptions): Promise<LinearModel[]> {
  const { set, costs } = problem;
  const curvature =
    problem.curvature ?? (await curvatureOf(set.features, { ...options, origin: set.origin }));
  await using flattener = await openFlattener(curvature, options);
  const size = set.classCount * (set.features.columns + 1);
  const together = Math.min(costs.length, Math.max(1, Math.floor(jointWeights / size)));
  await using held = await holdRows(set, problem.loss, { ...options, models: together });
  const models: LinearModel[] = [];
  let last = options.start === undefined ? new Float64Array(size) : rowsWithBias(options.start);
  for (let from = 0; from < costs.length; from += together) {
    const some = costs.slice(from, from + together);
    const functions = objectivesOf(problem, some, { held, flatten: flattener.flatten });
    const start = new Float64Array(some.length * size);
    some.forEach((_, c) => start.set(last, c * size));
    const { points, isSettled, gap, rounds } = await minimiseTogether(functions, start, {
      ...options,
      maxRounds,
      tell: (share) => options.tell((from + share * some.length) / costs.length),
    });
    options.countSteps?.(rounds);
    if (!isSettled) options.onUnsettled(gap);
    for (let c = 0; c < some.length; c += 1)
      models.push(asModel((last = points.slice(c * size, (c + 1) * size)), set.classCount));
  }
  return models;
}

/** One function a cost and class, or one a cost. */
function objectivesOf(
  problem: ManyRowsProblem,
  costs: readonly number[],
  { held, flatten }: { held: HeldRows; flatten: Flatten },
): JointFunctions {
  const { set, loss, activity } = problem;
  const width = set.features.columns + 1;
  const groupSize = loss.isPerClass ? set.classCount : 1;
  const size = (set.classCount * width) / groupSize;
  return {
    count: costs.length * groupSize,
    size,
    groupSize,
    evaluate: async (points, groups) => {
      const weights = createMatrix(points.length / width, width, Float32Array.from(points));
      const { losses, descent } = await held.sums(weights);
      const values = losses.map((value, i) => costs[groups[Math.floor(i / groupSize)]!]! * value);
      const evaluated = { values, gradients: descent };
      for (const [i] of values.entries())
        addPenalty(evaluated, points, {
          ...problem,
          i,
          size,
          factor: -loss.slope * costs[groups[Math.floor(i / groupSize)]!]!,
        });
      return evaluated;
    },
    flatten: async (vectors, functions) => {
      const given = createMatrix(vectors.length / width, width, Float32Array.from(vectors));
      const scales = functions.flatMap((i) =>
        Array<number>(size / width).fill(
          loss.slope * activity * set.features.rows * costs[Math.floor(i / groupSize)]!,
        ),
      );
      return Float64Array.from((await flatten(given, scales)).data);
    },
  };
}

/** In place: gradient ← w + factor · descent, value ← value + ½ ‖w‖², over one function's variables. */
function addPenalty(
  { values, gradients }: Evaluated,
  points: Float64Array,
  { i, size, factor, set, isBiasPenalised }: ManyRowsProblem & { i: number; size: number; factor: number },
): void {
  const { columns } = set.features;
  for (let from = i * size; from < (i + 1) * size; from += columns + 1) {
    const end = from + columns;
    for (let at = from; at <= end; at += 1) {
      const weight = at < end || isBiasPenalised ? points[at]! : 0;
      values[i]! += (weight * weight) / 2;
      gradients[at] = weight + factor * gradients[at]!;
    }
  }
}

/** Shape: K x (D + 1), flat. */
function asModel(points: Float64Array, classCount: number): LinearModel {
  const width = points.length / classCount;
  const weights = createMatrix(classCount, width - 1);
  const bias = new Float32Array(classCount);
  for (let k = 0; k < classCount; k += 1) {
    weights.data.set(points.subarray(k * width, (k + 1) * width - 1), k * (width - 1));
    bias[k] = points[(k + 1) * width - 1]!;
  }
  return { weights, bias };
}
