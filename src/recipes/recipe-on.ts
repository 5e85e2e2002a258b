import type { Recipe } from "./recipe.ts";
import { isOfRole } from "./role.ts";
import type { SettingName, TrainingSettings } from "./setting-table.ts";

/**
 * A recipe as it is on one backbone: what its `on` says for one of these names, or for the family of one, in place of its
 * own settings, but under what the caller says (`above`, which the recipe has already); `on` itself is gone.
 */
export function recipeOn(recipe: Recipe, names: readonly string[], above: TrainingSettings): Recipe {
  if (recipe.kind === "classifier" || recipe.on === undefined) return recipe;
  const { on, ...general } = recipe;
  const special = Object.entries(on)
    .filter(([role]) => names.some((name) => isOfRole(name, role)))
    .flatMap(([, settings]) => Object.entries(settings))
    .filter(([name]) => above[name as SettingName] === undefined);
  return { ...general, ...Object.fromEntries(special) } as Recipe;
}
