import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { rehearseTraining } from "../finetune/rehearse-training.ts";
import { tunableNetwork } from "../finetune/tunable-network.ts";
import { type RecipeMethod, methodOf } from "../recipes/method-of.ts";
import type { Plan } from "./plan.ts";
import { type Study, groupsOf } from "./study.ts";

/** A plan's recipe on the study's data. */
export function planMethod(plan: Plan, study: Study, { engine }: { engine: Engine }): RecipeMethod {
  const { manifest, labels, cache } = study;
  return methodOf(plan.name, plan.recipe, {
    uses: plan.uses,
    pictures: manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) })),
    labels,
    groups: groupsOf(manifest),
    classCount: manifest.classes.length,
    engine,
    cache,
    features: () => study.featuresOf(plan),
  });
}

/** Throws what stands against training a plan's network: an unknown group, operators without a gradient. */
export function requireTrainable({ recipe, uses }: Plan): void {
  if (recipe.kind !== "fine-tune") return;
  for (const { backbone, layer, pooling } of uses)
    rehearseTraining(tunableNetwork(backbone, { layer, pooling, upTo: recipe.freezeTo }), backbone.name);
}
