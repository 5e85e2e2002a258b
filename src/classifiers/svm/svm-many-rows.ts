import type { HyperParameters } from "../classifier.ts";
import { classCounts } from "../class-statistics.ts";
import type { TrainingSet } from "../learner.ts";
import type { LinearModel } from "../linear-model.ts";
import type { Curvature } from "../many-rows/curvature.ts";
import type { WithEngine } from "../many-rows/many-rows.ts";
import { type SideWeights, squaredHinge } from "../many-rows/row-losses.ts";
import { solveCosts } from "../many-rows/solve-costs.ts";
import { warnUnsettled } from "../solver-warning.ts";

/** About this share of the rows lies within the margin of a class. */
const activity = 0.3;

/** One model a candidate, of a set with many rows; those that weigh the classes alike are solved together. */
export async function solveManyRows(
  set: TrainingSet,
  candidates: readonly HyperParameters[],
  options: WithEngine & {
    readonly tolerance: number;
    readonly curvature?: Curvature;
    /** Default true. */
    readonly isBiasPenalised?: boolean;
    /** In warnings; default "svm". */
    readonly name?: string;
  },
): Promise<LinearModel[]> {
  const { isBiasPenalised = true, name = "svm" } = options;
  const models = Array<LinearModel>(candidates.length);
  for (const classWeights of new Set(candidates.map((candidate) => candidate["classWeights"]))) {
    const places = [...candidates.keys()].filter((c) => candidates[c]!["classWeights"] === classWeights);
    const problem = {
      set,
      loss: squaredHinge(classWeights === "auto" ? sideWeights(set) : null),
      costs: places.map((c) => Number(candidates[c]!["C"])),
      isBiasPenalised,
      activity,
      curvature: options.curvature,
    };
    const onUnsettled = (gap: number): void => warnUnsettled(name, options, gap);
    const solved = await solveCosts(problem, { ...options, onUnsettled });
    places.forEach((c, i) => (models[c] = solved[i]!));
  }
  return models;
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
