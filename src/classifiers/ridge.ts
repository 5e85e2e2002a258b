import type { Matrix } from "../base/matrix.ts";
import { type Pause, createPause } from "../base/pause.ts";
import { choleskyInSteps, solveCholeskyInSteps } from "../base/linear-algebra.ts";
import { requireBetween } from "./check-training-set.ts";
import { centreColumns, shiftOrigin } from "./transforms/centre-columns.ts";
import { classCounts } from "./class-statistics.ts";
import { defineClassifier } from "./define-classifier.ts";
import { combineRows, gramMatrix, rowsTimes, scoreRows, selectBlock } from "./gram.ts";
import type { FoldScorer, LearnOptions, Learner, TrainingSet } from "./learner.ts";
import { type LinearModel, linearModel, restoreLinearModel } from "./linear-model.ts";
import { type CentredModel, linearOf, scoreCentred } from "./statistics/centred-model.ts";
import type { ClassMoments } from "./statistics/class-moments.ts";
import { momentMeans, overallMean, rowCount, totalProducts } from "./statistics/derive-moments.ts";
import { recallMoments } from "./statistics/moment-memory.ts";
import { scoreByMoments } from "./statistics/score-by-moments.ts";
import { type MomentWork, solveShifted } from "./statistics/shifted-solver.ts";

/**
 * Ridge regression on ±1 targets, one column per class.
 * minimise Σᵢ (yᵢₖ − wₖ·xᵢ − bₖ)² + alpha ‖wₖ‖², the bias free. Exactly: with centred rows, in Gram space
 * wₖ = Xᵀ (XXᵀ + alpha I)⁻¹ yₖ, one n x n Cholesky factor per alpha; where D < N the same from the classes' moments,
 * wₖ = (XᵀX + alpha I)⁻¹ Xᵀyₖ. The Gram matrix is float32, so an alpha below 1e-6 of the mean square norm becomes that much.
 * Witness: scikit-learn's RidgeClassifier (decision values).
 */
const ridgeLearner: Learner = {
  name: "ridge",
  defaults: { alpha: 1 },
  grid: [10, 3, 1, 0.3, 0.1, 0.03].map((alpha) => ({ alpha })),
  checkParameters: (parameters) => requireBetween(parameters, "ridge", { alpha: [0, Infinity] }),
  fit: async (set, { alpha }, options) => {
    if (isWide(set.features)) return linearModel(await fitOnGram(set, Number(alpha), options));
    const solve = await ridgeOnMoments(await recallMoments(set, "products", options), options);
    return linearModel(linearOf(await solve(Number(alpha))));
  },
  byMoments: {
    detail: "products",
    fit: async (moments, { alpha }, { algebra, pause }) => {
      const solve = await ridgeOnMoments(moments, { algebra, pause });
      return linearModel(linearOf(await solve(Number(alpha))));
    },
  },
  restore: restoreLinearModel,
  shareFolds: async (features, options) => {
    if (isWide(features))
      return scoreFolds(await gramMatrix(centreColumns(features).centred, options.algebra));
    return await scoreByMoments(features, {
      ...options,
      detail: "products",
      modelsOf: async ({ moments }, options) => {
        const solve = await ridgeOnMoments(moments, options);
        return async ({ alpha }) => await solve(Number(alpha));
      },
      score: scoreCentred,
    });
  },
};

/** Ridge regression as a classifier: `ridge`. */
export const ridge = defineClassifier(ridgeLearner);

function isWide({ rows, columns }: Matrix): boolean {
  return columns >= rows;
}

async function fitOnGram(
  { features, labels, classCount }: TrainingSet,
  alpha: number,
  { algebra, pause }: LearnOptions,
): Promise<LinearModel> {
  const { centred, means } = centreColumns(features);
  const gram = await gramMatrix(centred, algebra);
  const { coefficients, offsets } = await solveRidge(gram, { labels, classCount, alpha, pause });
  const model = { weights: combineRows(coefficients, centred), bias: Float32Array.from(offsets) };
  return shiftOrigin(model, means);
}

/** Xᵀyₖ = 2 nₖ (μₖ − m), and b is the mean target, about the mean m of all rows. Returns a function of alpha. */
async function ridgeOnMoments(
  moments: ClassMoments,
  { algebra, pause = createPause(undefined) }: MomentWork,
): Promise<(alpha: number) => Promise<CentredModel>> {
  const { columns, counts } = moments;
  const rows = rowCount(moments);
  const means = momentMeans(moments);
  const origin = overallMean(moments, means);
  const matrix = await totalProducts(moments, { means, mean: origin }, algebra);
  const right = means.map(
    (value, at) => 2 * counts[Math.floor(at / columns)]! * (value - origin[at % columns]!),
  );
  const offsets = counts.map((count) => (2 * count) / rows - 1);
  let trace = 0;
  for (let j = 0; j < columns; j += 1) trace += matrix[j * columns + j]!;
  return async (alpha) => {
    const shift = leastAlpha(alpha, trace / rows);
    const data = await solveShifted({ matrix, right }, { scale: 1, shift, pause });
    return { weights: { rows: counts.length, columns, data }, offsets, origin };
  };
}

/** Alpha as it is used: a least share of the rows' mean square norm keeps the float32 Gram matrix positive definite. */
function leastAlpha(alpha: number, meanSquareNorm: number): number {
  return Math.max(alpha, 1e-6 * meanSquareNorm);
}

interface RidgeProblem {
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly alpha: number;
  readonly pause: Pause;
}

/**
 * f(x) = Σᵢ aₖᵢ x·xᵢ + bₖ. With J the centring of the training rows, a = J (J G J + alpha I)⁻¹ J y, and b makes the
 * mean residual zero. Shapes: n x n -> K of n, K.
 */
async function solveRidge(
  gram: Matrix,
  { labels, classCount, alpha, pause }: RidgeProblem,
): Promise<{ coefficients: Float64Array[]; offsets: Float64Array }> {
  const n = gram.rows;
  const means = rowsTimes(gram, new Float64Array(n).fill(1 / n));
  const mean = means.reduce((sum, value) => sum + value / n, 0);
  const data = new Float64Array(n * n);
  let trace = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) data[i * n + j] = gram.data[i * n + j]! - means[i]! - means[j]! + mean;
    trace += data[i * n + i]!;
  }
  for (let i = 0; i < n; i += 1) data[i * n + i]! += leastAlpha(alpha, trace / n);
  const targets = Float64Array.from(classCounts(labels, classCount), (count) => (2 * count) / n - 1);
  const right = new Float64Array(n * classCount);
  for (let at = 0; at < right.length; at += 1)
    right[at] =
      (labels[Math.floor(at / classCount)] === at % classCount ? 1 : -1) - targets[at % classCount]!;
  const lower = await choleskyInSteps({ size: n, data }, pause);
  const solved = await solveCholeskyInSteps(lower, right, pause);
  const coefficients = Array.from(targets, (_, k) =>
    Float64Array.from(labels, (_, i) => solved[i * classCount + k]!),
  );
  const offsets = targets.map(
    (target, k) => target - coefficients[k]!.reduce((s, a, i) => s + a * means[i]!, 0),
  );
  return { coefficients, offsets };
}

function scoreFolds(gram: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, { pause }) => {
    const block = selectBlock(gram, train, train);
    const cross = selectBlock(gram, test, train);
    const scores: Matrix[] = [];
    for (const { alpha } of candidates) {
      await pause();
      const problem = { labels, classCount, alpha: Number(alpha), pause };
      const { coefficients, offsets } = await solveRidge(block, problem);
      scores.push(scoreRows(cross, coefficients, offsets));
    }
    return scores;
  };
}
