import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import type { GraphBuilder } from "../graph/build.ts";
import { floatTensor } from "../graph/tensor.ts";
import { requireBetween } from "./check-training-set.ts";
import { classCounts, classMeans, columnVariances, squaredDeviations } from "./class-statistics.ts";
import { defineClassifier } from "./define-classifier.ts";
import type { Learned, Learner, TrainingSet } from "./learner.ts";
import { matrixTensor, stateMatrix, stateVector } from "./state.ts";

/** Added to every variance, as a share of the largest one: scikit-learn's `var_smoothing`. */
const varianceFloor = 1e-9;

/**
 * Gaussian naive Bayes in the log domain.
 * logit k = log πₖ − ½ Σⱼ (log 2πσ²ₖⱼ + (xⱼ − μₖⱼ)² / σ²ₖⱼ).
 * `shrinkage` s in [0, 1] moves each class's variances towards the pooled within-class ones:
 * σ²ₖⱼ = (1 − s) varₖⱼ + s pooledⱼ + floor. A class of one row has no variance of its own and takes the pooled one,
 * and a channel that is dead in one class (ReLU) cannot veto it once s > 0. s = 1 shares all variances (linear).
 * A column that never varies says nothing about any class: its variances are infinite, its term is left out.
 * Witness: scikit-learn's GaussianNB (s = 0: means, variances, joint log-likelihood).
 */
const gaussianBayesLearner: Learner = {
  name: "bayes",
  defaults: { shrinkage: 0.5 },
  grid: [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01].map((shrinkage) => ({ shrinkage })),
  checkParameters: (parameters) =>
    requireBetween(parameters, "bayes", { shrinkage: [-Number.MIN_VALUE, 1 + Number.EPSILON] }),
  fit: async (set, { shrinkage }) => gaussianModel(estimate(set, Number(shrinkage))),
  restore: (state) =>
    gaussianModel({
      means: stateMatrix(state, "mean"),
      variances: stateMatrix(state, "variance"),
      logPriors: stateVector(state, "log_prior"),
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

function estimate({ features, labels, classCount }: TrainingSet, shrinkage: number): GaussianModel {
  const { columns, rows } = features;
  const counts = classCounts(labels, classCount);
  const means = classMeans(features, labels, counts);
  const deviations = squaredDeviations(features, labels, means);
  const pooled = new Float64Array(columns);
  deviations.forEach((value, at) => (pooled[at % columns]! += value / rows));
  const spread = columnVariances(features);
  const floor = varianceFloor * spread.reduce((a, b) => Math.max(a, b), 0);
  const variances = deviations.map((value, at) => {
    if (spread[at % columns] === 0) return Infinity;
    const count = counts[Math.floor(at / columns)]!;
    const share = count === 1 ? 1 : shrinkage;
    return ((1 - share) * value) / count + share * pooled[at % columns]! + floor;
  });
  return {
    means: createMatrix(classCount, columns, Float32Array.from(means)),
    variances: createMatrix(classCount, columns, Float32Array.from(variances)),
    logPriors: Float32Array.from(counts, (n) => Math.log(n / rows)),
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
