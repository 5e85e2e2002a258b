import { labelCurve } from "../adapt/queue/label-curve.ts";
import { createPause } from "../base/pause.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import type { LabelCurve, MeasuredRecipe, RunRecipe } from "../runs/run-record.ts";
import type { Plan } from "./plan.ts";
import { takesFeatures } from "./plan.ts";
import { bestOnFeatures } from "./price-of-leaks.ts";
import { type Study, groupsOf } from "./study.ts";
import type { TimeLimit } from "./time-limit.ts";

/**
 * What labels are worth by the order in which they are given, on the winner's features, which are in memory: those of the
 * best classifier where the winner has none of its own. Null without a winner.
 */
export async function measureLabelCurve(
  winner: MeasuredRecipe | null,
  { plans, recipes, study }: { plans: readonly Plan[]; recipes: readonly RunRecipe[]; study: Study },
  {
    engine,
    seed,
    signal,
    limit,
  }: Pick<WorkOptions, "signal"> & { engine: Engine; seed: number; limit: TimeLimit },
): Promise<LabelCurve | null> {
  if (winner === null) return null;
  if ((performance.now() - limit.startedAtMs) / 1000 > limit.seconds) return { skipped: "time" };
  const own = plans.find((plan) => plan.name === winner.name && takesFeatures(plan));
  const plan = own ?? bestOnFeatures(recipes, plans)?.plan;
  if (plan === undefined) return { skipped: "no features" };
  const { manifest, labels, training } = study;
  const { matrix: features } = study.featuresOf(plan);
  const curve = await labelCurve(
    { features, labels, classCount: manifest.classes.length },
    {
      rows: training,
      groups: groupsOf(manifest),
      seed,
      algebra: engine.algebra,
      pause: createPause(signal),
    },
  );
  return curve === null ? { skipped: "few photos" } : { recipe: plan.name, ...curve };
}
