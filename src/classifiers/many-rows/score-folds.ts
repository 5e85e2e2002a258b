import { plainAlgebra } from "../../base/algebra.ts";
import { borrowRows } from "../../base/borrow-rows.ts";
import { type Matrix, selectRows } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";
import type { FoldScorer, TrainingSet } from "../learner.ts";
import { type LinearModel, addToRows } from "../linear-model.ts";
import { type Curvature, curvatureOf } from "./curvature.ts";
import type { WithEngine } from "./many-rows.ts";

/** One model a candidate. `curvature` is that of all rows, of which the set has some. */
export type SolveCandidates = (
  set: TrainingSet,
  candidates: readonly HyperParameters[],
  options: WithEngine & { readonly curvature: Curvature },
) => Promise<LinearModel[]>;

/** A fold scorer that solves each fold for all candidates and multiplies its test rows with the models. Shape: N x D. */
export async function scoreByModels(
  features: Matrix,
  shared: WithEngine,
  solve: SolveCandidates,
): Promise<FoldScorer> {
  const curvature = await curvatureOf(features, shared);
  return async ({ train, test, labels, classCount }, candidates, options) => {
    using trained = borrowRows(features, train);
    const set = { features: trained.matrix, labels, classCount };
    const models = await solve(set, candidates, { ...options, engine: shared.engine, curvature });
    const held = selectRows(features, test);
    const { algebra = plainAlgebra } = options;
    const scores: Matrix[] = [];
    for (const { weights, bias } of models) {
      await options.pause();
      scores.push(addToRows(await algebra.multiplyTransposed(held, weights), bias));
    }
    return scores;
  };
}
