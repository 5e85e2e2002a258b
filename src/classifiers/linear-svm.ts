import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { requireBetween, requireWord } from "./check-training-set.ts";
import type { HyperParameters } from "./classifier.ts";
import { defineClassifier } from "./define-classifier.ts";
import { combineRows, gramMatrix, rowsTimes, selectBlock } from "./gram.ts";
import type { FoldScorer, LearnOptions, Learned, Learner, TrainingSet } from "./learner.ts";
import { linearModel, restoreLinearModel } from "./linear-model.ts";
import { warnUnsettled } from "./solver-warning.ts";
import { type DualPoint, type DualProblem, continueDual, solveDual, startDual } from "./svm-dual.ts";
import { solveWithFeatures, startFeatures } from "./svm-primal.ts";
import { addConstant, oneAgainstRest } from "./svm-problem.ts";

/** `fit` ends nearer the optimum than tuning needs: the logits of two row orders then agree to 1e-4. */
const fitTolerance = 1e-5;
const tuningTolerance = 1e-3;

/** The Gram matrix of this many rows takes 64 MiB; beyond it the solver keeps weights instead. */
const gramRowLimit = 4096;

/**
 * Linear SVM, one against the rest: K problems, class k against all others; logit k is wₖ·x + bₖ.
 * minimise ½(‖w‖² + b²) + C Σ lossᵢ; hinge: max(0, 1 − yᵢ f(xᵢ)), squared hinge: its square.
 * The bias is a constant feature, regularised with the rest, as in liblinear: scale features to a norm near 1.
 * `classWeights: "auto"` weighs both sides of each problem alike: C n / (2 n±).
 * With few rows or many columns it works on the Gram matrix, which all folds and candidates share.
 * Witness: liblinear by scikit-learn's LinearSVC (objective, weights, decision values).
 */
const linearSvmLearner: Learner = {
  name: "svm",
  defaults: { C: 1, loss: "squared-hinge", classWeights: "none" },
  grid: [0.1, 0.3, 1, 3, 10, 30].map((C) => ({ C })),
  checkParameters: (parameters) => {
    requireBetween(parameters, "svm", { C: [0, Infinity] });
    requireWord(parameters, "loss", { subject: "svm", words: ["hinge", "squared-hinge"] });
    requireWord(parameters, "classWeights", { subject: "svm", words: ["none", "auto"] });
  },
  fit: async (set, parameters, options) =>
    prefersGram(set.features)
      ? await fitOnGram(set, parameters, options)
      : await fitOnFeatures(set, parameters, options),
  restore: restoreLinearModel,
  shareFolds: async (features, options) => {
    if (!prefersGram(features)) return undefined;
    return scoreFolds(addConstant(await gramMatrix(features, options.algebra), 1));
  },
};

/** Linear SVM as a classifier: `svm`. */
export const linearSvm = defineClassifier(linearSvmLearner);

/** A Gram step costs N and a feature step D, but greedy steps on the Gram matrix are several times fewer. */
function prefersGram({ rows, columns }: Matrix): boolean {
  return rows <= gramRowLimit && rows <= 8 * columns;
}

async function fitOnGram(
  { features, labels, classCount }: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<Learned> {
  const gram = addConstant(await gramMatrix(features, options.algebra), 1);
  const coefficients: Float64Array[] = [];
  for (let k = 0; k < classCount; k += 1) {
    const problem = { gram, ...oneAgainstRest(labels, k, parameters) };
    const point = startDual(problem);
    await settle(problem, point, { ...options, tolerance: fitTolerance });
    coefficients.push(point.beta);
  }
  const bias = Float32Array.from(coefficients, (row) => row.reduce((sum, value) => sum + value, 0));
  return linearModel({ weights: combineRows(coefficients, features), bias });
}

async function fitOnFeatures(
  { features, labels, classCount }: TrainingSet,
  parameters: HyperParameters,
  options: LearnOptions,
): Promise<Learned> {
  const weights = createMatrix(classCount, features.columns);
  const bias = new Float32Array(classCount);
  const { pause } = options;
  const maxUpdates = 2000 * features.rows;
  for (let k = 0; k < classCount; k += 1) {
    const problem = { features, ...oneAgainstRest(labels, k, parameters) };
    const point = startFeatures(problem);
    const solver = { tolerance: fitTolerance, maxUpdates, pause, seed: options.seed ?? 0 };
    if (!(await solveWithFeatures(problem, point, solver))) warnUnsettled("svm", options);
    rowOf(weights, k).set(point.weights.subarray(0, features.columns));
    bias[k] = point.weights[features.columns]!;
  }
  return linearModel({ weights, bias });
}

/** Folds on blocks of one Gram matrix; along the candidates each solution starts the next (warm starts). */
function scoreFolds(gram: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, options) => {
    const block = selectBlock(gram, train, train);
    const cross = selectBlock(gram, test, train);
    const scores = candidates.map(() => createMatrix(test.length, classCount));
    for (let k = 0; k < classCount; k += 1) {
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
  options: LearnOptions & { tolerance: number },
): Promise<void> {
  const { tolerance, pause } = options;
  await pause();
  const isSettled = await solveDual(problem, point, {
    tolerance,
    pause,
    maxUpdates: 1000 * problem.gram.rows,
  });
  if (!isSettled) warnUnsettled("svm", options);
}
