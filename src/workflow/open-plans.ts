import type { Report } from "../base/events.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import { withTrainingSettings } from "../recipes/training-settings.ts";
import { embeddedFor } from "./defaults.ts";
import { type Plan, layersOf, openBackbones, planOnEmbedded, planRecipes } from "./plan.ts";
import { requireTrainable } from "./plan-method.ts";
import type { StudyOptions } from "./study.ts";

/**
 * Recipes and backbones opened and matched; everything that can be wrong with a name is wrong here, early. Where no
 * backbone is named, each recipe runs on those of the package that it is made for.
 */
export async function openPlans(
  recipes: readonly string[],
  { backbones, download, ...above }: StudyOptions & TrainingSettings,
  report: Report,
): Promise<Plan[]> {
  const read = await withTrainingSettings(await Promise.all(recipes.map(readRecipe)), above);
  const words = backbones ?? [...new Set(read.flatMap(embeddedFor))];
  const { signal } = above;
  const opened = await openBackbones(words, { layers: layersOf(read, above), download, signal, report });
  const plan = backbones === undefined ? planOnEmbedded : planRecipes;
  const plans = plan(read, opened, above);
  plans.forEach(requireTrainable);
  return plans;
}
