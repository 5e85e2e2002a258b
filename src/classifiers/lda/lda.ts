import { type Matrix, selectRows } from "../../base/matrix.ts";
import { centreColumns, shiftOrigin } from "../transforms/centre-columns.ts";
import { requireBetween } from "../check-training-set.ts";
import type { FitOptions, HyperParameters } from "../classifier.ts";
import { defineClassifier } from "../define-classifier.ts";
import { combineRows, gramMatrix, scoreRows, selectBlock } from "../gram.ts";
import { discriminantsOnCovariance } from "./lda-covariance.ts";
import { discriminantsOnGram } from "./lda-gram.ts";
import type { FoldScorer, Learner, TrainingSet } from "../learner.ts";
import type { Shrinkage } from "./ledoit-wolf.ts";
import { type LinearModel, linearModel, restoreLinearModel } from "../linear-model.ts";

/**
 * Linear discriminant analysis with a shrunk pooled covariance Σ = (1 − s) S + s (tr S / D) I.
 * logit k = wₖ·x − ½ μₖ·wₖ + log πₖ with wₖ = Σ⁻¹ μₖ: up to a shift common to all classes, the log posterior.
 * `shrinkage`: s in (0, 1], or "auto" for Ledoit and Wolf's intensity on the rows less their class means.
 * Exact in both shapes: D ≥ N in Gram space, D < N by the covariance.
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
    const { centred, means } = centreColumns(set.features);
    const model = await fitCentred({ ...set, features: centred }, parameters, options);
    return linearModel(shiftOrigin(model, means));
  },
  restore: restoreLinearModel,
  shareFolds: async (features, options) => {
    const { centred } = centreColumns(features);
    return isWide(features)
      ? scoreOnGram(await gramMatrix(centred, options.algebra), features.columns)
      : scoreOnCovariance(centred);
  },
};

/** Shrinkage LDA as a classifier: `lda`. */
export const lda = defineClassifier(ldaLearner);

function isWide({ rows, columns }: Matrix): boolean {
  return columns >= rows;
}

async function fitCentred(
  set: TrainingSet,
  parameters: HyperParameters,
  { algebra }: FitOptions,
): Promise<LinearModel> {
  const { features, labels, classCount } = set;
  const shrinkage = shrinkageOf(parameters);
  if (!isWide(features)) return (await discriminantsOnCovariance(set, algebra))(shrinkage);
  const gram = await gramMatrix(features, algebra);
  const shape = { classCount, columns: features.columns };
  const { coefficients, offsets } = discriminantsOnGram(gram, labels, shape)(shrinkage);
  return { weights: combineRows(coefficients, features), bias: Float32Array.from(offsets) };
}

function scoreOnGram(gram: Matrix, columns: number): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, { pause }) => {
    const solve = discriminantsOnGram(selectBlock(gram, train, train), labels, { classCount, columns });
    const cross = selectBlock(gram, test, train);
    const scores: Matrix[] = [];
    for (const parameters of candidates) {
      await pause();
      const { coefficients, offsets } = solve(shrinkageOf(parameters));
      scores.push(scoreRows(cross, coefficients, offsets));
    }
    return scores;
  };
}

function scoreOnCovariance(features: Matrix): FoldScorer {
  return async ({ train, test, labels, classCount }, candidates, { algebra, pause }) => {
    const set = { features: selectRows(features, train), labels, classCount };
    const solve = await discriminantsOnCovariance(set, algebra);
    const held = selectRows(features, test);
    const scores: Matrix[] = [];
    for (const parameters of candidates) {
      await pause();
      scores.push(linearModel(solve(shrinkageOf(parameters))).logits(held));
    }
    return scores;
  };
}

function shrinkageOf({ shrinkage }: HyperParameters): Shrinkage {
  return shrinkage === "auto" ? "auto" : Number(shrinkage);
}
