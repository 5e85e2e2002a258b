import type { Report } from "../base/events.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import { keepAbove } from "../recipes/recipe-on.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import { withTrainingSettings } from "../recipes/training-settings.ts";
import { embeddedFor } from "./defaults.ts";
import { type Plan, layersOf, openBackbones, planOnEmbedded, planRecipes } from "./plan.ts";
import { planBlends } from "./blend/plan-blends.ts";
import { requireTrainable } from "./plan-method.ts";
import type { StudyOptions } from "./study.ts";

/**
 * Recipes and backbones opened and matched; everything that can be wrong with a name is wrong here, early. Where no
 * backbone is named, each recipe runs on those of the package that it is made for.
 */
export async function openPlans(
  words: readonly string[],
  options: StudyOptions & TrainingSettings & { readonly repeats?: number | undefined },
  report: Report,
): Promise<Plan[]> {
  const { backbones, download, signal, ...above } = options;
  const read = await withTrainingSettings(await Promise.all(words.map(readRecipe)), options);
  const { repeats } = options;
  const recipes = read
    .map((recipe) => keepAbove(recipe, options))
    .map((recipe) => (repeats === undefined ? recipe : { ...recipe, repeats }));
  const layers = layersOf(recipes, above);
  const names = backbones ?? [...new Set(recipes.flatMap(embeddedFor))];
  const opened = await openBackbones(names, { layers, download, signal, report });
  const own = recipes.filter(({ kind }) => kind !== "blend");
  const plans = (backbones === undefined ? planOnEmbedded : planRecipes)(own, opened, above);
  plans.forEach(requireTrainable);
  return [...plans, ...planBlends(recipes, plans)];
}
