import type { Matrix } from "../../base/matrix.ts";
import { centreColumns, shiftOrigin } from "../transforms/centre-columns.ts";
import { requireBetween } from "../check-training-set.ts";
import type { HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import { combineRows, gramMatrix, scoreRows, selectBlock } from "../gram.ts";
import { discriminantsOnMoments, fourthsOf } from "./lda-moments.ts";
import { discriminantsOnGram } from "./lda-gram.ts";
import type { FoldScorer, LearnOptions, Learner, TrainingSet } from "../learner.ts";
import type { Shrinkage } from "./ledoit-wolf.ts";
import { type LinearModel, linearModel, restoreLinearModel } from "../linear-model.ts";
import { linearOf, scoreCentred } from "../statistics/centred-model.ts";
import { recallMoments } from "../statistics/moment-memory.ts";
import { scoreByMoments } from "../statistics/score-by-moments.ts";

/**
 * Linear discriminant analysis with a shrunk pooled covariance Σ = (1 − s) S + s (tr S / D) I.
 * logit k = wₖ·x − ½ μₖ·wₖ + log πₖ with wₖ = Σ⁻¹ μₖ: up to a shift common to all classes, the log posterior.
 * `shrinkage`: s in (0, 1], or "auto" for Ledoit and Wolf's intensity on the rows less their class means.
 * Exact in both shapes: D ≥ N in Gram space, D < N from the classes' moments.
 * Witness: scikit-learn's LDA (lsqr, the same s: posterior probabilities) and ledoit_wolf_shrinkage.
 * scikit-learn's own "auto" differs: it standardises and shrinks each class apart before it pools.
 */
const ldaLearner: Learner = {
  name: "lda",
  defaults: { shrinkage: "auto" },
  grid: [0.9, 0.7, 0.5, "auto" as const, 0.3, 0.1].map((shrinkage) => ({ shrinkage })),
  checkParameters: (parameters) => {
    if (parameters["shrinkage"] !== "auto")
      requireBetween(parameters, "lda", { shrinkage: [0, 1 + Number.EPSILON] });
  },
  fit: async (set, parameters, options) => {
    const shrinkage = shrinkageOf(parameters);
    if (isWide(set.features)) return linearModel(await fitOnGram(set, shrinkage, options));
    const moments = await recallMoments(set, "products", options);
    const solve = await discriminantsOnMoments(moments, fourthsOf(set, moments, options), options);
    return linearModel(linearOf(await solve(shrinkage)));
  },
  byMoments: {
    detail: "tails",
    fit: async (moments, parameters, { fourths, algebra, pause }) => {
      const solve = await discriminantsOnMoments(moments, async () => fourths!, { algebra, pause });
      return linearModel(linearOf(await solve(shrinkageOf(parameters))));
    },
  },
  restore: restoreLinearModel,
  shareFolds: async (features, options) => {
    if (isWide(features))
      return scoreOnGram(
        await gramMatrix(centreColumns(features).centred, options.algebra),
        features.columns,
      );
    return await scoreByMoments(features, {
      ...options,
      detail: "products",
      modelsOf: async ({ moments, train, labels }, work) => {
        const fourths = fourthsOf({ features, labels, rows: train }, moments, work);
        const solve = await discriminantsOnMoments(moments, fourths, work);
        return async (parameters) => await solve(shrinkageOf(parameters));
      },
      score: scoreCentred,
    });
  },
};

/** Shrinkage LDA as a classifier: `lda`. */
export const lda = defineClassifier(ldaLearner);

function isWide({ rows, columns }: Matrix): boolean {
  return columns >= rows;
}

async function fitOnGram(
  { features, labels, classCount }: TrainingSet,
  shrinkage: Shrinkage,
  { algebra, pause }: LearnOptions,
): Promise<LinearModel> {
  const { centred, means } = centreColumns(features);
  const gram = await gramMatrix(centred, algebra);
  const shape = { classCount, columns: features.columns, pause };
  const { coefficients, offsets } = await discriminantsOnGram(gram, labels, shape)(shrinkage);
  const model = { weights: combineRows(coefficients, centred), bias: Float32Array.from(offsets) };
  return shiftOrigin(model, means);
}

function scoreOnGram(gram: Matrix, columns: number): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, { pause }) => {
    const shape = { classCount, columns, pause };
    const solve = discriminantsOnGram(selectBlock(gram, train, train), labels, shape);
    const cross = selectBlock(gram, test, train);
    const scores: Matrix[] = [];
    for (const parameters of candidates) {
      await pause();
      const { coefficients, offsets } = await solve(shrinkageOf(parameters));
      scores.push(scoreRows(cross, coefficients, offsets));
    }
    return scores;
  };
}

function shrinkageOf({ shrinkage }: HyperParameters): Shrinkage {
  return shrinkage === "auto" ? "auto" : Number(shrinkage);
}
