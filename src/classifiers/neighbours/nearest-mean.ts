import { createMatrix, rowOf } from "../../base/matrix.ts";
import { centreColumns, shiftOrigin } from "../transforms/centre-columns.ts";
import { classCounts, classMeans, squaredDeviations } from "../class-statistics.ts";
import { defineClassifier } from "../define-classifier.ts";
import type { Learner } from "../learner.ts";
import { linearModel, restoreLinearModel } from "../linear-model.ts";

/**
 * Nearest class mean. logit k = (x·μₖ − ½ ‖μₖ‖²) / v, v the pooled within-class variance of a column:
 * −‖x − μₖ‖² / 2v but for a term that all classes share, so the nearest mean wins. After `l2` it compares by cosine.
 * Means are taken from the mean of all rows: far from the origin the products of float32 would drown the differences.
 * Witness: scikit-learn's NearestCentroid (means, predictions).
 */
const nearestMeanLearner: Learner = {
  name: "nearest-mean",
  defaults: {},
  grid: [{}],
  fit: async ({ features, labels, classCount }) => {
    const { centred, means: origin } = centreColumns(features);
    const means = classMeans(centred, labels, classCounts(labels, classCount));
    const scatter = squaredDeviations(centred, labels, means).reduce((sum, value) => sum + value, 0);
    const variance = scatter / features.data.length || 1;
    const weights = createMatrix(
      classCount,
      features.columns,
      Float32Array.from(means, (m) => m / variance),
    );
    const bias = new Float32Array(classCount).map((_, k) => {
      const square = rowOf(weights, k).reduce((sum, w) => sum + w * w, 0);
      return (-square * variance) / 2;
    });
    return linearModel(shiftOrigin({ weights, bias }, origin));
  },
  restore: restoreLinearModel,
};

/** Nearest class mean as a classifier: `nearest-mean`. */
export const nearestMean = defineClassifier(nearestMeanLearner);
