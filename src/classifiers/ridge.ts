import type { Matrix } from "../base/matrix.ts";
import { cholesky, solveCholesky } from "../base/linear-algebra.ts";
import { requireBetween } from "./check-training-set.ts";
import { centreColumns, shiftOrigin } from "./transforms/centre-columns.ts";
import { classCounts } from "./class-statistics.ts";
import { defineClassifier } from "./define-classifier.ts";
import { combineRows, gramMatrix, rowsTimes, scoreRows, selectBlock } from "./gram.ts";
import type { FoldScorer, Learner } from "./learner.ts";
import { linearModel, restoreLinearModel } from "./linear-model.ts";

/**
 * Ridge regression on ±1 targets, one column per class.
 * minimise Σᵢ (yᵢₖ − wₖ·xᵢ − bₖ)² + alpha ‖wₖ‖², the bias free. In Gram space, exactly: with centred rows,
 * wₖ = Xᵀ (XXᵀ + alpha I)⁻¹ yₖ, one n x n Cholesky factor per alpha. The Gram matrix is float32, so an alpha below
 * 1e-6 of the mean square norm is lifted by that much.
 * Witness: scikit-learn's RidgeClassifier (decision values).
 */
const ridgeLearner: Learner = {
  name: "ridge",
  defaults: { alpha: 1 },
  grid: [10, 3, 1, 0.3, 0.1, 0.03].map((alpha) => ({ alpha })),
  checkParameters: (parameters) => requireBetween(parameters, "ridge", { alpha: [0, Infinity] }),
  fit: async ({ features, labels, classCount }, parameters, options) => {
    const { centred, means } = centreColumns(features);
    const gram = await gramMatrix(centred, options.algebra);
    const { coefficients, offsets } = solveRidge(gram, {
      labels,
      classCount,
      alpha: Number(parameters["alpha"]),
    });
    const model = { weights: combineRows(coefficients, centred), bias: Float32Array.from(offsets) };
    return linearModel(shiftOrigin(model, means));
  },
  restore: restoreLinearModel,
  shareFolds: async (features, { algebra }) =>
    scoreFolds(await gramMatrix(centreColumns(features).centred, algebra)),
};

/** Ridge regression as a classifier: `ridge`. */
export const ridge = defineClassifier(ridgeLearner);

interface RidgeProblem {
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly alpha: number;
}

/**
 * f(x) = Σᵢ aₖᵢ x·xᵢ + bₖ. With J the centring of the training rows, a = J (J G J + alpha I)⁻¹ J y, and b makes the
 * mean residual zero. Shapes: n x n -> K of n, K.
 */
function solveRidge(
  gram: Matrix,
  { labels, classCount, alpha }: RidgeProblem,
): { coefficients: Float64Array[]; offsets: Float64Array } {
  const n = gram.rows;
  const means = rowsTimes(gram, new Float64Array(n).fill(1 / n));
  const mean = means.reduce((sum, value) => sum + value / n, 0);
  const data = new Float64Array(n * n);
  let trace = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) data[i * n + j] = gram.data[i * n + j]! - means[i]! - means[j]! + mean;
    trace += data[i * n + i]!;
  }
  for (let i = 0; i < n; i += 1) data[i * n + i]! += Math.max(alpha, (1e-6 * trace) / n);
  const targets = Float64Array.from(classCounts(labels, classCount), (count) => (2 * count) / n - 1);
  const right = new Float64Array(n * classCount);
  for (let at = 0; at < right.length; at += 1)
    right[at] =
      (labels[Math.floor(at / classCount)] === at % classCount ? 1 : -1) - targets[at % classCount]!;
  const solved = solveCholesky(cholesky({ size: n, data }), right);
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
      const { coefficients, offsets } = solveRidge(block, { labels, classCount, alpha: Number(alpha) });
      scores.push(scoreRows(cross, coefficients, offsets));
    }
    return scores;
  };
}
