import { featureModel } from "../../features/feature-model.ts";
import { resolveLayer } from "../../features/resolve-layer.ts";
import { bytesOfGraph } from "../../graph/graph-bytes.ts";
import type { MeasuredRecipe } from "../../runs/run-record.ts";
import type { MeasureOptions } from "../measure-plan.ts";
import { type FeatureUse, type Plan, takesFeatures, useKey } from "../plan.ts";
import { timeFeatures } from "../time-features.ts";

/** A member that counts, with its own row. */
export interface PricedMember {
  readonly plan: Plan;
  readonly row: MeasuredRecipe;
}

/** Seconds a photo and megabytes of a blend's model; undefined where a member's are not known. */
export interface BlendCost {
  readonly onePhoto: number | undefined;
  readonly megabytes: number | undefined;
}

/** The members' costs together, but what frozen networks cost counted once, since the delivered graph has them once. */
export async function blendCost(
  members: readonly PricedMember[],
  options: MeasureOptions,
): Promise<BlendCost> {
  const onFeatures = members.filter(({ plan }) => takesFeatures(plan) && plan.recipe.kind === "classifier");
  const own = onFeatures.flatMap(({ plan }) => plan.uses);
  const distinct = [...new Map(own.map((use) => [useKey(use), use])).values()];
  const seconds = (await timeFeatures(distinct, options)) - (await timeFeatures(own, options));
  const bytes = (uses: readonly FeatureUse[]): number => uses.reduce((sum, use) => sum + bytesOfUse(use), 0);
  const sumOf = (valueOf: (row: MeasuredRecipe) => number | undefined): number | undefined => {
    const values = members.map(({ row }) => valueOf(row));
    return values.every((value) => value !== undefined) ? values.reduce((a, b) => a + b, 0) : undefined;
  };
  const [onePhoto, megabytes] = [sumOf(({ seconds: of }) => of.onePhoto), sumOf((row) => row.megabytes)];
  return {
    onePhoto: onePhoto && Math.max(0, onePhoto + seconds),
    megabytes: megabytes && megabytes - (bytes(own) - bytes(largestEach(distinct))) / 1e6,
  };
}

/** Of several layers of one network the one that needs most of it: the others lie on the way. */
function largestEach(uses: readonly FeatureUse[]): FeatureUse[] {
  const largest = new Map<string, FeatureUse>();
  for (const use of uses) {
    const { sha256 } = use.backbone;
    const known = largest.get(sha256);
    if (known === undefined || bytesOfUse(use) > bytesOfUse(known)) largest.set(sha256, use);
  }
  return [...largest.values()];
}

function bytesOfUse({ backbone, layer, pooling }: FeatureUse): number {
  return bytesOfGraph(featureModel(backbone, resolveLayer(backbone, layer), pooling).graph);
}
