import type { HyperParameters } from "./classifier.ts";
import type { TransformName } from "./transform-table.ts";

/** What a shipped recipe does with features. */
export interface DefaultPipeline {
  readonly transforms: readonly TransformName[];
  readonly classifier: string;
  readonly grid: readonly HyperParameters[];
}

/**
 * Transforms and grids by recipe, chosen by 5-fold accuracy on average-pooled features of MobileNetV2, SqueezeNet and
 * ResNet-18 layer 3 (activations after a ReLU, for which the signed square root and unit rows suit distances well).
 * Grids run from the most regular to the least.
 */
export const defaultPipelines: Readonly<Record<string, DefaultPipeline>> = {
  svm: { classifier: "svm", transforms: ["signed-sqrt", "l2"], grid: along("C", [0.3, 1, 3, 10, 30]) },
  "svm-rbf": {
    classifier: "svm-rbf",
    transforms: ["signed-sqrt", "l2"],
    grid: [0.3, 1].flatMap((gamma) => [1, 3, 10, 30].map((C) => ({ C, gamma }))),
  },
  bayes: {
    classifier: "bayes",
    transforms: ["l2", "signed-sqrt"],
    grid: along("shrinkage", [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0.01]),
  },
  lda: {
    classifier: "lda",
    transforms: ["signed-sqrt", "standardise"],
    grid: along("shrinkage", [0.9, 0.7, 0.5, "auto", 0.3, 0.1]),
  },
  softmax: {
    classifier: "softmax",
    transforms: ["signed-sqrt", "l2"],
    grid: along("C", [1, 3, 10, 30, 100]),
  },
  ridge: {
    classifier: "ridge",
    transforms: ["signed-sqrt", "l2"],
    grid: along("alpha", [3, 1, 0.3, 0.1, 0.03]),
  },
  knn: {
    classifier: "knn",
    transforms: ["signed-sqrt", "l2"],
    grid: [25, 15, 9, 5, 3, 1].flatMap((k) => ["uniform", "distance"].map((weights) => ({ k, weights }))),
  },
  "nearest-mean": { classifier: "nearest-mean", transforms: ["signed-sqrt", "l2"], grid: [{}] },
  fusion: {
    classifier: "svm-rbf",
    transforms: ["signed-sqrt", "l2"],
    grid: [0.3, 1].flatMap((gamma) => [1, 3, 10, 30].map((C) => ({ C, gamma }))),
  },
};

function along(name: string, values: readonly (number | string)[]): HyperParameters[] {
  return values.map((value) => ({ [name]: value }));
}
