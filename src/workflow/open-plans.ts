import type { Report, WorkOptions } from "../base/events.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import { keepAbove } from "../recipes/recipe-on.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import { withTrainingSettings } from "../recipes/training-settings.ts";
import { embeddedFor } from "./defaults.ts";
import { type Plan, layersOf, openBackbones, planOnEmbedded, planRecipes } from "./plan.ts";
import { requireTrainable } from "./plan-method.ts";
import type { StudyOptions } from "./study.ts";

/** Recipes by their words, and backbones, opened and matched; everything that can be wrong with a name is wrong here. */
export async function openPlans(
  recipes: readonly string[],
  options: StudyOptions & TrainingSettings,
  report: Report,
): Promise<Plan[]> {
  const read = await withTrainingSettings(await Promise.all(recipes.map(readRecipe)), options);
  return await planOn(
    read.map((recipe) => keepAbove(recipe, options)),
    { ...options, report },
  );
}

/** What is said of features and backbones beside the recipes. */
export type PlanOptions = WorkOptions & Pick<StudyOptions, "backbones" | "download" | "layer" | "pooling">;

/** Recipes on the backbones named or, where none is, each on those of the package that it is made for. */
export async function planOn(
  recipes: readonly Recipe[],
  { backbones, download, signal, report, ...above }: PlanOptions,
): Promise<Plan[]> {
  const words = backbones ?? [...new Set(recipes.flatMap(embeddedFor))];
  const layers = layersOf(recipes, above);
  const opened = await openBackbones(words, { layers, download, signal, report });
  const plan = backbones === undefined ? planOnEmbedded : planRecipes;
  const plans = plan(recipes, opened, above);
  plans.forEach(requireTrainable);
  return plans;
}
