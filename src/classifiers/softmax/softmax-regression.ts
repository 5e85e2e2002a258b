import { choleskyInSteps, solveLower, solveUpper } from "../../base/linear-algebra.ts";
import { RootstockError } from "../../base/errors.ts";
import type { Pause } from "../../base/pause.ts";
import { type Matrix, createMatrix, selectRows } from "../../base/matrix.ts";
import { columnMeans } from "../class-statistics.ts";
import { centreColumns, shiftOrigin } from "../transforms/centre-columns.ts";
import { requireBetween } from "../check-training-set.ts";
import { defineClassifier } from "../define-classifier.ts";
import { combineRows, gramMatrix, scoreRows, selectBlock } from "../gram.ts";
import type { HyperParameters } from "../classifier.ts";
import type { FoldScorer, LearnOptions, Learner, TrainingSet } from "../learner.ts";
import type { Curvature } from "../many-rows/curvature.ts";
import { type WithEngine, hasEngine, hasManyRows } from "../many-rows/many-rows.ts";
import type { CentredSet } from "../many-rows/held-rows.ts";
import { crossEntropyOfRows } from "../many-rows/row-losses.ts";
import { scoreByModels } from "../many-rows/score-folds.ts";
import { manyRowsTolerance, solveCosts } from "../many-rows/solve-costs.ts";
import { type LinearModel, linearModel, restoreLinearModel } from "../linear-model.ts";
import { minimise } from "./minimise.ts";
import { type Rows, softmaxObjective } from "./softmax-objective.ts";
import { warnUnsettled } from "../solver-warning.ts";
import { type WarmStart, startPoint, startScores } from "../warm-start.ts";

/** Largest gradient entry at the end, per row of the training set and for features of mean square norm 1. */
const fitTolerance = 1e-7;
const tuningTolerance = 2e-5;

/**
 * Rows times classes from which products by the runtime beat loops: a tuned fit of 800 rows of 512 columns in 5 classes takes
 * 2.9 s of the processor against 6.7 s. Less is fast either way, and keeps the digits that it has always had.
 */
const jointScores = 6000;

/** Whether all candidates are minimised together. Told of the rows and of the number of classes. */
export type IsJoint = (features: Matrix, classCount: number) => boolean;

/**
 * Softmax (multinomial logistic) regression by L-BFGS.
 * minimise C Σᵢ −log softmax(W xᵢ + b) at the label + ½ ‖W‖², the bias free.
 * Where D ≥ N the weights lie in the span of the rows: with XXᵀ = LLᵀ the same problem has the rows of L for
 * features, N columns instead of D, and wₖ = Xᵀ L⁻ᵀ vₖ. Along the candidates each solution starts the next. Where rows or
 * classes are many (`isMany`) and there is an engine, all candidates are minimised together by products with all rows.
 * Witness: scikit-learn's LogisticRegression (objective, weights, probabilities).
 */
export function softmaxLearner(isMany: IsJoint = hasManyScores): Learner {
  return {
    name: "softmax",
    defaults: { C: 1 },
    grid: [1, 3, 10, 30, 100].map((C) => ({ C })),
    checkParameters: (parameters) => requireBetween(parameters, "softmax", { C: [0, Infinity] }),
    fit: async (set, parameters, options) => {
      if (isMany(set.features, set.classCount) && hasEngine(options)) {
        const origin = columnMeans(set.features);
        const start = options.start && { ...options.start, ...onCentred(options.start, origin) };
        const settings = { ...options, start, tolerance: manyRowsTolerance.fit };
        const [model] = await solveManyRows({ ...set, origin }, [parameters], settings);
        return linearModel(shiftOrigin(model!, origin));
      }
      const { centred, means } = centreColumns(set.features);
      const start = options.start && { ...options.start, ...onCentred(options.start, means) };
      const model = await fitCentred({ ...set, features: centred }, parameters, { ...options, start });
      return linearModel(shiftOrigin(model, means));
    },
    restore: restoreLinearModel,
    shareFolds: async (features, options) => {
      const { centred } = centreColumns(features);
      if (isMany(features, options.classCount) && hasEngine(options))
        return await scoreByModels(
          centred,
          options,
          async (set, candidates, settings) =>
            await solveManyRows(set, candidates, { ...settings, tolerance: manyRowsTolerance.tuning }),
        );
      return isWide(features)
        ? scoreOnGram(await gramMatrix(centred, options.algebra))
        : scoreOnRows(centred);
    },
  };
}

/** Softmax regression as a classifier: `softmax`. */
export const softmaxRegression = defineClassifier(softmaxLearner());

async function fitCentred(
  set: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<LinearModel> {
  const { features, labels, classCount } = set;
  const settings = { ...options, tolerance: fitTolerance };
  const { start } = options;
  const path = { labels, classCount, costs: [Number(parameters["C"])] };
  if (!isWide(features)) return asModel((await solvePath(rowsOf(features), path, settings))[0]!);
  const factor = await factorOf(await gramMatrix(features, options.algebra), options.pause);
  const onFactor = start && startOnFactor(factor, features, start);
  const [solution] = await solvePath(factor, path, { ...settings, start: onFactor });
  const { coefficients, offsets } = onRows(factor, solution!);
  return { weights: combineRows(coefficients, features), bias: Float32Array.from(offsets) };
}

/** One model a candidate, of a set with many rows. */
async function solveManyRows(
  set: CentredSet,
  candidates: readonly HyperParameters[],
  options: WithEngine & { readonly tolerance: number; readonly curvature?: Curvature },
): Promise<LinearModel[]> {
  const problem = {
    set,
    loss: crossEntropyOfRows,
    costs: candidates.map(({ C }) => Number(C)),
    isBiasPenalised: false,
    activity: 1 / set.classCount,
    curvature: options.curvature,
  };
  const onUnsettled = (gap: number): void => warnUnsettled("softmax", options, gap);
  return await solveCosts(problem, { ...options, onUnsettled });
}

/** A model on x as a model on x − m: bₖ + wₖ·m. */
function onCentred(model: LinearModel, means: Float64Array): LinearModel {
  return shiftOrigin(
    model,
    means.map((mean) => -mean),
  );
}

/** The start in the coordinates of L: L v = X w. */
function startOnFactor(factor: Rows, features: Matrix, start: WarmStart): WarmStart {
  const lower = { size: factor.rows, data: factor.data };
  const weights = createMatrix(start.bias.length, factor.rows);
  const products = startScores(features, { ...start, bias: new Float32Array(start.bias.length) });
  products.forEach((scores, k) => weights.data.set(solveLower(lower, scores), k * factor.rows));
  return { ...start, weights };
}

function hasManyScores(features: Matrix, classCount: number): boolean {
  return hasManyRows(features) || features.rows * classCount > jointScores;
}

function isWide({ rows, columns }: Matrix): boolean {
  return columns >= rows;
}

/** V, row by row, and b. Shapes: K of r, K. */
interface Solution {
  readonly coefficients: Float64Array[];
  readonly offsets: Float64Array;
}

/** The solutions for ascending or any other costs C, each started from the one before. */
async function solvePath(
  z: Rows,
  { labels, classCount, costs }: { labels: Int32Array; classCount: number; costs: readonly number[] },
  options: LearnOptions & { tolerance: number; start?: WarmStart | undefined },
): Promise<Solution[]> {
  const square = z.data.reduce((sum, value) => sum + value * value, 0) / z.rows || 1;
  const scale = 1 / Math.sqrt(square);
  const scaled = { ...z, data: z.data.map((value) => value * scale) };
  let start =
    options.start === undefined
      ? new Float64Array(classCount * (z.columns + 1))
      : startPoint(options.start, 1 / scale);
  const solutions: Solution[] = [];
  for (const [c, C] of costs.entries()) {
    options.tell(c / costs.length);
    const objective = softmaxObjective(scaled, labels, { classCount, penalty: 1 / (C * square) });
    const tolerance = options.tolerance * z.rows;
    const { point, isSettled, steps } = await minimise(objective, start, {
      ...options,
      tolerance,
      maxSteps: 2000,
    });
    options.countSteps?.(steps);
    if (!isSettled) warnUnsettled("softmax", options);
    start = Float64Array.from(point);
    const coefficients = Array.from({ length: classCount }, (_, k) =>
      point.slice(k * z.columns, (k + 1) * z.columns).map((value) => value * scale),
    );
    solutions.push({ coefficients, offsets: point.slice(classCount * z.columns) });
  }
  return solutions;
}

/**
 * L with LLᵀ = G + a trace of the diagonal, since centred rows are dependent. Shape: n x n.
 * A millionth of its mean; more where G, whose float32 sums are rounded, is further from positive than that.
 */
async function factorOf(gram: Matrix, pause: Pause, share = 1e-6): Promise<Rows> {
  const { rows, data } = gram;
  const square = Float64Array.from(data);
  let trace = 0;
  for (let i = 0; i < rows; i += 1) trace += square[i * rows + i]!;
  for (let i = 0; i < rows; i += 1) square[i * rows + i]! += (share * trace) / rows || 1;
  try {
    const lower = await choleskyInSteps({ size: rows, data: square }, pause);
    return { rows, columns: rows, data: lower.data, isLowerTriangle: true };
  } catch (error) {
    if (share > mostShare || !(error instanceof RootstockError) || error.code !== "E_FIT") throw error;
    return await factorOf(gram, pause, 10 * share);
  }
}

/** Beyond this it is not rounding that keeps a Gram matrix from being positive. */
const mostShare = 1e-4;

/** V in the coordinates of L as coefficients of the training rows: L⁻ᵀ vₖ. */
function onRows(factor: Rows, { coefficients, offsets }: Solution): Solution {
  const lower = { size: factor.rows, data: factor.data };
  return { coefficients: coefficients.map((v) => solveUpper(lower, v)), offsets };
}

function rowsOf({ rows, columns, data }: Matrix): Rows {
  return { rows, columns, data: Float64Array.from(data), isLowerTriangle: false };
}

function asModel({ coefficients, offsets }: Solution): LinearModel {
  const weights = createMatrix(coefficients.length, coefficients[0]!.length);
  coefficients.forEach((row, k) => weights.data.set(row, k * weights.columns));
  return { weights, bias: Float32Array.from(offsets) };
}

function scoreOnGram(gram: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const factor = await factorOf(selectBlock(gram, train, train), options.pause);
    const cross = selectBlock(gram, test, train);
    const costs = candidates.map(({ C }) => Number(C));
    const settings = { ...options, tolerance: tuningTolerance };
    const solutions = await solvePath(factor, { labels, classCount, costs }, settings);
    return solutions.map((solution) => {
      const { coefficients, offsets } = onRows(factor, solution);
      return scoreRows(cross, coefficients, offsets);
    });
  };
}

function scoreOnRows(features: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const costs = candidates.map(({ C }) => Number(C));
    const settings = { ...options, tolerance: tuningTolerance };
    const z = rowsOf(selectRows(features, train));
    const solutions = await solvePath(z, { labels, classCount, costs }, settings);
    const held = selectRows(features, test);
    return solutions.map((solution) => linearModel(asModel(solution)).logits(held));
  };
}
