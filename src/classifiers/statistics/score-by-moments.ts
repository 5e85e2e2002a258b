import type { Matrix } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";
import type { FoldScorer, FoldedLabels, LearnOptions, TrainingFold } from "../learner.ts";
import type { RowChoice } from "../score-blocks.ts";
import type { ClassMoments, MomentDetail } from "./class-moments.ts";
import { presentMoments } from "./derive-moments.ts";
import { foldMoments } from "./fold-moments.ts";

/** Candidates are scored side by side as long as their weights, in float64, stay below this. */
const weightBytes = 2 ** 23;

/** A fold whose training rows are known by their moments, all of whose classes have a row. */
export interface FoldByMoments extends TrainingFold {
  readonly moments: ClassMoments;
}

/** What a learner that fits from moments tells of itself. `M`: its model. */
export interface MomentLearner<M> {
  readonly detail: MomentDetail;
  /** What all candidates share on a fold; returns the model of a candidate. */
  modelsOf(fold: FoldByMoments, work: LearnOptions): Promise<(parameters: HyperParameters) => M | Promise<M>>;
  /** Shapes: M models of one fold, n rows -> M of n x K. */
  score(models: readonly M[], held: RowChoice, work: LearnOptions): Promise<Matrix[]>;
}

/** The `shareFolds` of a learner that fits from moments: one pass over the rows serves all folds and candidates. */
export async function scoreByMoments<M>(
  features: Matrix,
  { detail, modelsOf, score, labels, folds, ...options }: LearnOptions & FoldedLabels & MomentLearner<M>,
): Promise<FoldScorer> {
  const set = { features, labels, classCount: options.classCount };
  const momentsOfFold = await foldMoments(set, folds, { ...options, detail });
  return async (fold, candidates, work) => {
    const moments = presentMoments(await momentsOfFold(fold.train));
    const modelOf = await modelsOf({ ...fold, moments }, work);
    const held = { features, rows: fold.test };
    const together = Math.max(1, Math.floor(weightBytes / (8 * fold.classCount * features.columns)));
    const scores: Matrix[] = [];
    for (let from = 0; from < candidates.length; from += together) {
      const models: M[] = [];
      for (const parameters of candidates.slice(from, from + together)) {
        await work.pause();
        models.push(await modelOf(parameters));
      }
      for (const logits of await score(models, held, work)) scores.push(logits);
    }
    return scores;
  };
}
