import { defineClassifier } from "../define-classifier.ts";
import type { Learner } from "../learner.ts";
import { linearModel, restoreLinearModel } from "../linear-model.ts";
import { type CentredModel, linearOf, scoreCentred } from "../statistics/centred-model.ts";
import type { ClassMoments } from "../statistics/class-moments.ts";
import {
  meanVariance,
  momentMeans,
  overallMean,
  rowCount,
  withinSquares,
} from "../statistics/derive-moments.ts";
import { recallMoments } from "../statistics/moment-memory.ts";
import { scoreByMoments } from "../statistics/score-by-moments.ts";

/**
 * Nearest class mean. logit k = (x·μₖ − ½ ‖μₖ‖²) / v, v the pooled within-class variance of a column:
 * −‖x − μₖ‖² / 2v but for a term that all classes share, so the nearest mean wins. After `l2` it compares by cosine.
 * From each class's moments of the columns alone, about the mean of all rows: far from the origin the products of float32
 * would drown the differences. Witness: scikit-learn's NearestCentroid (means, predictions).
 */
const nearestMeanLearner: Learner = {
  name: "nearest-mean",
  defaults: {},
  grid: [{}],
  fit: async (set, _, options) =>
    linearModel(linearOf(nearest(await recallMoments(set, "columns", options)))),
  byMoments: { detail: "columns", fit: (moments) => linearModel(linearOf(nearest(moments))) },
  restore: restoreLinearModel,
  shareFolds: async (features, options) =>
    await scoreByMoments(features, {
      ...options,
      detail: "columns",
      modelsOf: async ({ moments }) => {
        const model = nearest(moments);
        return () => model;
      },
      score: scoreCentred,
    }),
};

/** Nearest class mean as a classifier: `nearest-mean`. */
export const nearestMean = defineClassifier(nearestMeanLearner);

function nearest(moments: ClassMoments): CentredModel {
  const { columns, counts } = moments;
  const means = momentMeans(moments);
  const origin = overallMean(moments, means);
  const scatter = withinSquares(moments).reduce((sum, value) => sum + value, 0);
  const variance = meanVariance(scatter, rowCount(moments), origin);
  const data = means.map((value, at) => (value - origin[at % columns]!) / variance);
  const offsets = new Float64Array(counts.length);
  data.forEach((w, at) => (offsets[Math.floor(at / columns)]! -= (w * w * variance) / 2));
  return { weights: { rows: counts.length, columns, data }, offsets, origin };
}
