import { plainAlgebra } from "../../base/algebra.ts";
import { type Matrix, selectRows } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";
import { classCounts } from "../class-statistics.ts";
import type { FoldScorer, TrainingSet } from "../learner.ts";
import { type LinearModel, addToRows } from "../linear-model.ts";
import { type Curvature, curvatureOf } from "../many-rows/curvature.ts";
import type { WithEngine } from "../many-rows/many-rows.ts";
import { type SideWeights, squaredHinge } from "../many-rows/row-losses.ts";
import { solveCosts } from "../many-rows/solve-costs.ts";
import { warnUnsettled } from "../solver-warning.ts";

/** Shares of the objective that may be left. */
const fitTolerance = 1e-9;
const tuningTolerance = 1e-6;

/** About this share of the rows lies within the margin of a class. */
const activity = 0.3;

/** The fit to a set with many rows. */
export async function fitOnManyRows(
  set: TrainingSet,
  parameters: HyperParameters,
  options: WithEngine,
): Promise<LinearModel> {
  return (await solve(set, [parameters], { ...options, tolerance: fitTolerance }))[0]!;
}

/** One model a candidate; candidates share their `classWeights`. */
async function solve(
  set: TrainingSet,
  candidates: readonly HyperParameters[],
  options: WithEngine & { tolerance: number; curvature?: Curvature },
): Promise<LinearModel[]> {
  const { curvature } = options;
  const problem = {
    set,
    loss: squaredHinge(candidates[0]!["classWeights"] === "auto" ? sideWeights(set) : null),
    costs: candidates.map(({ C }) => Number(C)),
    isBiasPenalised: true,
    activity,
    ...(curvature && { curvature }),
  };
  return await solveCosts(problem, {
    ...options,
    onUnsettled: (gap) => warnUnsettled("svm", options, gap),
  });
}

/** The folds of a set with many rows. */
export async function scoreOnManyRows(features: Matrix, options: WithEngine): Promise<FoldScorer> {
  const curvature = await curvatureOf(features, options);
  const { algebra = plainAlgebra } = options;
  return async ({ train, test, labels, classCount }, candidates) => {
    const set = { features: selectRows(features, train), labels, classCount };
    const held = selectRows(features, test);
    const scores = Array<Matrix>(candidates.length);
    for (const classWeights of new Set(candidates.map((candidate) => candidate["classWeights"]))) {
      const along = candidates.flatMap((candidate, c) =>
        candidate["classWeights"] === classWeights ? [{ candidate, c }] : [],
      );
      const models = await solve(
        set,
        along.map(({ candidate }) => candidate),
        { ...options, tolerance: tuningTolerance, curvature },
      );
      for (const [i, { c }] of along.entries())
        scores[c] = addToRows(await algebra.multiplyTransposed(held, models[i]!.weights), models[i]!.bias);
    }
    return scores;
  };
}

/** c = n / (2 n±): both sides of each problem weigh alike. */
function sideWeights({ labels, classCount }: TrainingSet): SideWeights {
  const counts = classCounts(labels, classCount);
  const n = labels.length;
  return {
    own: Float32Array.from(counts, (count) => n / (2 * count)),
    rest: Float32Array.from(counts, (count) => n / (2 * (n - count))),
  };
}
