import type { Classifier } from "./classifier.ts";
import { gaussianBayes } from "./gaussian-bayes.ts";
import { kernelSvm } from "./svm/kernel-svm.ts";
import { lda } from "./lda/lda.ts";
import { linearSvm } from "./svm/linear-svm.ts";
import { mlp } from "./network/mlp.ts";
import { nearestMean } from "./neighbours/nearest-mean.ts";
import { nearestNeighbours } from "./neighbours/nearest-neighbours.ts";
import { ridge } from "./ridge.ts";
import { softmaxRegression } from "./softmax/softmax-regression.ts";

/** Every classifier by its name in recipes, the simplest first: between equal accuracies the earlier one wins. */
export const classifierTable: Readonly<Record<string, Classifier>> = {
  "nearest-mean": nearestMean,
  bayes: gaussianBayes,
  lda,
  ridge,
  softmax: softmaxRegression,
  svm: linearSvm,
  knn: nearestNeighbours,
  "svm-rbf": kernelSvm,
  mlp,
};
