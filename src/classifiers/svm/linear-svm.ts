import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import { requireBetween, requireWord } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import { combineRows, gramMatrix, rowsTimes, selectBlock } from "../gram.ts";
import type { FoldScorer, LearnOptions, Learned, Learner, TrainingSet } from "../learner.ts";
import { linearModel, restoreLinearModel } from "../linear-model.ts";
import { warnUnsettled } from "../solver-warning.ts";
import { gramRowLimit, hasEngine, hasManyRows } from "../many-rows/many-rows.ts";
import { scoreByModels } from "../many-rows/score-folds.ts";
import { manyRowsTolerance } from "../many-rows/solve-costs.ts";
import { solveManyRows } from "./svm-many-rows.ts";
import {
  type DualPoint,
  type DualProblem,
  continueDual,
  dualityGap,
  solveDual,
  startDual,
} from "./svm-dual.ts";
import { type FeatureProblem, solveWithFeatures, startFeatures, toDualPoint } from "./svm-primal.ts";
import { addConstant, oneAgainstRest } from "./svm-problem.ts";
import { startScores } from "../warm-start.ts";
import { type EarlierScores, warmDual, warmFeatures } from "./svm-warm.ts";

/** `fit` ends nearer the optimum than tuning needs: the logits of two row orders then agree to 1e-4. */
const fitTolerance = 1e-5;
const tuningTolerance = 1e-3;

/** A duality gap below this is as near to the optimum as any score can show. */
const gapToContinue = 1e-6;
/** Steps by pairs times rows, a few seconds of work. */
const pairLimit = 1e9;

/**
 * Linear SVM, one against the rest: K problems, class k against all others; logit k is wₖ·x + bₖ.
 * minimise ½(‖w‖² + b²) + C Σ lossᵢ; hinge: max(0, 1 − yᵢ f(xᵢ)), squared hinge: its square.
 * The bias is a constant feature, regularised with the rest, as in liblinear: scale features to a norm near 1.
 * `classWeights: "auto"` weighs both sides of each problem alike: C n / (2 n±).
 * With few rows or many columns it works on the Gram matrix, which all folds and candidates share. Where rows are many
 * (`isMany`) and there is an engine, squared hinge is minimised over the weights, all classes and candidates together.
 * Witness: liblinear by scikit-learn's LinearSVC (objective, weights, decision values).
 */
export function linearSvmLearner(isMany: (features: Matrix) => boolean = hasManyRows): Learner {
  return {
    name: "svm",
    defaults: { C: 1, loss: "squared-hinge", classWeights: "none" },
    grid: [0.1, 0.3, 1, 3, 10, 30].map((C) => ({ C })),
    checkParameters: (parameters) => {
      requireBetween(parameters, "svm", { C: [0, Infinity] });
      requireWord(parameters, "loss", { subject: "svm", words: ["hinge", "squared-hinge"] });
      requireWord(parameters, "classWeights", { subject: "svm", words: ["none", "auto"] });
    },
    fit: async (set, parameters, options) => {
      if (isSmooth(parameters) && isMany(set.features) && hasEngine(options)) {
        const [model] = await solveManyRows(set, [parameters], {
          ...options,
          tolerance: manyRowsTolerance.fit,
        });
        return linearModel(model!);
      }
      return prefersGram(set.features)
        ? await fitOnGram(set, parameters, options)
        : await fitOnFeatures(set, parameters, options);
    },
    restore: restoreLinearModel,
    shareFolds: async (features, options, candidates) => {
      if (candidates.every(isSmooth) && isMany(features) && hasEngine(options))
        return await scoreByModels(
          features,
          options,
          async (set, given, settings) =>
            await solveManyRows(set, given, { ...settings, tolerance: manyRowsTolerance.tuning }),
        );
      if (!prefersGram(features)) return undefined;
      return scoreFolds(addConstant(await gramMatrix(features, options.algebra), 1));
    },
  };
}

/** Linear SVM as a classifier: `svm`. */
export const linearSvm = defineClassifier(linearSvmLearner());

/** The plain hinge has corners, which products with all rows do not get over. */
function isSmooth({ loss }: HyperParameters): boolean {
  return loss === "squared-hinge";
}

/** A Gram step costs N and a feature step D, but greedy steps on the Gram matrix are several times fewer. */
function prefersGram({ rows, columns }: Matrix): boolean {
  return rows <= gramRowLimit && rows <= 8 * columns;
}

/**
 * What the model that a fit begins from makes of the rows, class by class; null where it begins from nothing. So does the plain
 * hinge: its weights do not tell the coefficients of rows at the margin, and a start without them is no nearer.
 */
function earlierScores(
  features: Matrix,
  parameters: HyperParameters,
  { start }: LearnOptions,
): EarlierScores[] | null {
  if (start === undefined || !isSmooth(parameters)) return null;
  return startScores(features, start).map((scores) => ({ scores, known: start.known }));
}

async function fitOnGram(
  { features, labels, classCount }: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<Learned> {
  const gram = addConstant(await gramMatrix(features, options.algebra), 1);
  const earlier = earlierScores(features, parameters, options);
  const coefficients: Float64Array[] = [];
  for (let k = 0; k < classCount; k += 1) {
    options.tell(k / classCount);
    const problem = { gram, ...oneAgainstRest(labels, k, parameters) };
    const point = earlier === null ? startDual(problem) : warmDual(problem, earlier[k]!);
    await settle(problem, point, { ...options, tolerance: fitTolerance });
    coefficients.push(point.beta);
  }
  const bias = Float32Array.from(coefficients, (row) => row.reduce((sum, value) => sum + value, 0));
  return linearModel({ weights: combineRows(coefficients, features), bias });
}

async function fitOnFeatures(
  set: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<Learned> {
  const { features, labels, classCount } = set;
  const earlier = earlierScores(features, parameters, options);
  const weights = createMatrix(classCount, features.columns);
  const bias = new Float32Array(classCount);
  for (let k = 0; k < classCount; k += 1) {
    options.tell(k / classCount);
    const problem = { features, ...oneAgainstRest(labels, k, parameters) };
    const solved = await solveOne(problem, { ...options, earlier: earlier?.[k] });
    rowOf(weights, k).set(solved.subarray(0, features.columns));
    bias[k] = solved[features.columns]!;
  }
  return linearModel({ weights, bias });
}

/**
 * w and the bias of one problem. Single steps crawl where C is large and columns are few; few enough rows are then taken
 * on by pairs on their Gram matrix, from where the steps stopped. Shape: D + 1.
 */
async function solveOne(
  problem: FeatureProblem,
  options: LearnOptions & { earlier: EarlierScores | undefined },
): Promise<Float64Array> {
  const { features } = problem;
  const { rows, columns } = features;
  const { pause, seed = 0, countSteps, earlier } = options;
  const point = earlier === undefined ? startFeatures(problem) : warmFeatures(problem, earlier);
  const solver = { tolerance: fitTolerance, maxUpdates: 2000 * rows, pause, countSteps };
  if (await solveWithFeatures(problem, point, { ...solver, seed })) return point.weights;
  const dual = toDualPoint(problem, point);
  if (rows > gramRowLimit || dualityGap(problem, dual) < gapToContinue) {
    warnUnsettled("svm", options, dualityGap(problem, dual));
    return point.weights;
  }
  const gram = addConstant(await gramMatrix(features, options.algebra), 1);
  await settle({ ...problem, gram }, dual, {
    ...options,
    tolerance: fitTolerance,
    maxUpdates: Math.min(1000 * rows, pairLimit / rows),
  });
  const weights = new Float64Array(columns + 1);
  weights.set(rowOf(combineRows([dual.beta], features), 0));
  weights[columns] = dual.beta.reduce((sum, value) => sum + value, 0);
  return weights;
}

/** Folds on blocks of one Gram matrix; along the candidates each solution starts the next (warm starts). */
function scoreFolds(gram: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const block = selectBlock(gram, train, train);
    const cross = selectBlock(gram, test, train);
    const scores = candidates.map(() => createMatrix(test.length, classCount));
    for (let k = 0; k < classCount; k += 1) {
      options.tell(k / classCount);
      let last: { problem: DualProblem; point: DualPoint } | undefined;
      for (const [c, parameters] of candidates.entries()) {
        const problem = { gram: block, ...oneAgainstRest(labels, k, parameters) };
        const point = last ? continueDual(last.problem, problem, last.point) : startDual(problem);
        await settle(problem, point, { ...options, tolerance: tuningTolerance });
        const column = rowsTimes(cross, point.beta);
        column.forEach((value, i) => (scores[c]!.data[i * classCount + k] = value));
        last = { problem, point };
      }
    }
    return scores;
  };
}

async function settle(
  problem: DualProblem,
  point: DualPoint,
  options: LearnOptions & { tolerance: number; maxUpdates?: number },
): Promise<void> {
  const { tolerance, pause, countSteps, maxUpdates = 1000 * problem.gram.rows } = options;
  await pause();
  const isSettled = await solveDual(problem, point, { tolerance, pause, maxUpdates, countSteps });
  if (!isSettled) warnUnsettled("svm", options, dualityGap(problem, point));
}
