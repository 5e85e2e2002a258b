import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import type { GraphBuilder } from "../graph/build.ts";
import { floatTensor } from "../graph/tensor.ts";
import { requireBetween } from "./check-training-set.ts";
import { trueVariance } from "./class-statistics.ts";
import { defineClassifier } from "./define-classifier.ts";
import type { Learned, Learner } from "./learner.ts";
import { type ExpandedModel, type RowChoice, type ScoreOptions, scoreExpanded } from "./score-blocks.ts";
import { matrixTensor, stateMatrix, stateVector } from "./state.ts";
import type { ClassMoments } from "./statistics/class-moments.ts";
import {
  momentMeans,
  overallMean,
  rowCount,
  totalSquares,
  withinSquares,
} from "./statistics/derive-moments.ts";
import { recallMoments } from "./statistics/moment-memory.ts";
import { scoreByMoments } from "./statistics/score-by-moments.ts";

/** Added to every variance, as a share of the largest one: scikit-learn's `var_smoothing`. */
const varianceFloor = 1e-9;

/**
 * Gaussian naive Bayes in the log domain.
 * logit k = log πₖ − ½ Σⱼ (log 2πσ²ₖⱼ + (xⱼ − μₖⱼ)² / σ²ₖⱼ).
 * `shrinkage` s in [0, 1] moves each class's variances towards the pooled within-class ones:
 * σ²ₖⱼ = (1 − s) varₖⱼ + s pooledⱼ + floor. A class of one row has no variance of its own and takes the pooled one,
 * and a channel that is dead in one class (ReLU) cannot veto it once s > 0. s = 1 shares all variances (linear).
 * All of it follows from each class's moments of the columns, so that one pass over the rows serves every fold and candidate.
 * A column that never varies says nothing about any class: its variances are infinite, its term is left out.
 * Witness: scikit-learn's GaussianNB (s = 0: means, variances, joint log-likelihood).
 */
const gaussianBayesLearner: Learner = {
  name: "bayes",
  defaults: { shrinkage: 0.5 },
  grid: [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01].map((shrinkage) => ({ shrinkage })),
  checkParameters: (parameters) =>
    requireBetween(parameters, "bayes", { shrinkage: [-Number.MIN_VALUE, 1 + Number.EPSILON] }),
  fit: async (set, { shrinkage }, options) =>
    gaussianModel(spreadOf(await recallMoments(set, "columns", options))(Number(shrinkage))),
  byMoments: {
    detail: "columns",
    fit: (moments, { shrinkage }) => gaussianModel(spreadOf(moments)(Number(shrinkage))),
  },
  restore: (state) =>
    gaussianModel({
      means: stateMatrix(state, "mean"),
      variances: stateMatrix(state, "variance"),
      logPriors: stateVector(state, "log_prior"),
    }),
  shareFolds: async (features, options) =>
    await scoreByMoments(features, {
      ...options,
      detail: "columns",
      modelsOf: async ({ moments }) => {
        const modelAt = spreadOf(moments);
        return ({ shrinkage }) => modelAt(Number(shrinkage));
      },
      score: scoreGaussian,
    }),
};

/** Gaussian naive Bayes as a classifier: `bayes`. */
export const gaussianBayes = defineClassifier(gaussianBayesLearner);

/** Shapes: K x D, K x D, K. */
interface GaussianModel {
  readonly means: Matrix;
  readonly variances: Matrix;
  readonly logPriors: Float32Array;
}

/** The model of each shrinkage. */
function spreadOf(moments: ClassMoments): (shrinkage: number) => GaussianModel {
  const { columns, counts } = moments;
  const rows = rowCount(moments);
  const [means, within] = [momentMeans(moments), withinSquares(moments)];
  const mean = overallMean(moments, means);
  const spread = totalSquares(moments, { means, within }, mean).map((sum, j) =>
    trueVariance(sum / rows, mean[j]! ** 2),
  );
  const pooled = new Float64Array(columns);
  within.forEach((value, at) => (pooled[at % columns]! += value / rows));
  const floor = varianceFloor * spread.reduce((a, b) => Math.max(a, b), 0);
  return (shrinkage) => {
    const variances = new Float32Array(within.length);
    for (let at = 0; at < within.length; at += 1) {
      const [j, count] = [at % columns, counts[Math.floor(at / columns)]!];
      const share = count === 1 ? 1 : shrinkage;
      const own = ((1 - share) * within[at]!) / count + share * pooled[j]! + floor;
      variances[at] = spread[j] === 0 ? Infinity : own;
    }
    return {
      means: createMatrix(counts.length, columns, Float32Array.from(means)),
      variances: createMatrix(counts.length, columns, variances),
      logPriors: Float32Array.from(counts, (n) => Math.log(n / rows)),
    };
  };
}

function gaussianModel(model: GaussianModel): Learned {
  const { means, variances, logPriors } = model;
  const offsets = logOffsets(model);
  return {
    classCount: means.rows,
    dimensions: means.columns,
    logits: (features) => {
      const out = createMatrix(features.rows, means.rows);
      for (let i = 0; i < features.rows; i += 1)
        for (let k = 0; k < means.rows; k += 1)
          out.data[i * means.rows + k] = offsets[k]! - squaredDistance(model, k, rowOf(features, i)) / 2;
      return out;
    },
    score: async (features, options) => (await scoreGaussian([model], { features }, options))[0]!,
    appendTo: (builder, features) => appendGaussian(builder, features, { model, offsets }),
    state: new Map([
      ["mean", matrixTensor(means)],
      ["variance", matrixTensor(variances)],
      ["log_prior", floatTensor([logPriors.length], logPriors)],
    ]),
  };
}

/** log πₖ − ½ Σⱼ log 2πσ²ₖⱼ over the columns that vary. Shape: K. */
function logOffsets({ variances, logPriors }: GaussianModel): Float64Array {
  return Float64Array.from(logPriors, (prior, k) =>
    rowOf(variances, k)
      .filter((variance) => variance < Infinity)
      .reduce((sum, variance) => sum - Math.log(2 * Math.PI * variance) / 2, prior),
  );
}

/**
 * The logits of many rows under several models, as one product: with x and μ less the mean m of the first model's means,
 * −½ Σ (x − μ)² / σ² = −½ Σ x² / σ² + Σ x μ / σ² − ½ Σ μ² / σ². In float64, where the squares may cancel: the difference
 * from the sum as it stands is below 1e-9 of the largest term. Shapes: n rows, M models -> M of n x K.
 */
async function scoreGaussian(
  models: readonly GaussianModel[],
  choice: RowChoice,
  options: ScoreOptions,
): Promise<Matrix[]> {
  const { columns } = choice.features;
  const origin = new Float64Array(columns);
  const { means } = models[0]!;
  means.data.forEach((value, at) => (origin[at % columns]! += value / means.rows));
  const expand = (row: Float32Array, to: Float64Array): void => {
    for (let j = 0; j < columns; j += 1) {
      const value = row[j]! - origin[j]!;
      to[j] = value * value;
      to[columns + j] = value;
    }
  };
  const expanded = models.map((model) => expandGaussian(model, origin));
  return await scoreExpanded(expanded, choice, { ...options, expand });
}

function expandGaussian(model: GaussianModel, origin: Float64Array): ExpandedModel {
  const { means, variances } = model;
  const columns = origin.length;
  const data = new Float64Array(2 * means.data.length);
  const offsets = logOffsets(model);
  for (let k = 0; k < means.rows; k += 1)
    for (let j = 0; j < columns; j += 1) {
      const mean = means.data[k * columns + j]! - origin[j]!;
      const inverse = 1 / variances.data[k * columns + j]!;
      data[2 * k * columns + j] = -inverse / 2;
      data[(2 * k + 1) * columns + j] = mean * inverse;
      offsets[k]! -= (mean * mean * inverse) / 2;
    }
  return { weights: { rows: means.rows, columns: 2 * columns, data }, offsets };
}

/** Σⱼ (xⱼ − μₖⱼ)² / σ²ₖⱼ. */
function squaredDistance({ means, variances }: GaussianModel, k: number, row: Float32Array): number {
  const at = k * means.columns;
  let sum = 0;
  for (let j = 0; j < row.length; j += 1) {
    const difference = row[j]! - means.data[at + j]!;
    sum += (difference * difference) / variances.data[at + j]!;
  }
  return sum;
}

/** Class by class, since the expanded square would cancel in float32 where a variance is small. */
function appendGaussian(
  builder: GraphBuilder,
  features: string,
  { model: { means, variances }, offsets }: { model: GaussianModel; offsets: Float64Array },
): string {
  const distances = Array.from({ length: means.rows }, (_, k) => {
    const centred = builder.op("Sub", [features, builder.floats(rowOf(means, k))]);
    const inverse = builder.floats(rowOf(variances, k).map((variance) => 1 / Math.sqrt(variance)));
    const scaled = builder.op("Mul", [centred, inverse]);
    return builder.op("ReduceSumSquare", [scaled, builder.ints([1])], { keepdims: 1 });
  });
  const halved = builder.op("Mul", [builder.op("Concat", distances, { axis: 1 }), builder.scalar(-0.5)]);
  return builder.op("Add", [halved, builder.floats(Float32Array.from(offsets))]);
}
