import type { Recipe } from "./recipe.ts";
import { isOfRole } from "./role.ts";
import type { SettingName, TrainingSettings } from "./setting-table.ts";

/**
 * A recipe as it is on one backbone: what its `on` says for one of these names, or for the family of one, in place of its
 * own settings; `on` itself is gone.
 */
export function recipeOn(recipe: Recipe, names: readonly string[]): Recipe {
  if (!("on" in recipe) || recipe.on === undefined) return recipe;
  const { on, ...general } = recipe;
  const special = Object.entries(on)
    .filter(([role]) => names.some((name) => isOfRole(name, role)))
    .map(([, settings]) => settings);
  return Object.assign({}, general, ...special) as Recipe;
}

/** A recipe that has the caller's settings already, with nothing left in its `on` that would undo them. */
export function keepAbove(recipe: Recipe, above: TrainingSettings): Recipe {
  if (!("on" in recipe) || recipe.on === undefined) return recipe;
  const isFree = ([name]: [string, unknown]): boolean => above[name as SettingName] === undefined;
  const on = Object.entries(recipe.on).map(
    ([role, settings]) => [role, Object.fromEntries(Object.entries(settings).filter(isFree))] as const,
  );
  return { ...recipe, on: Object.fromEntries(on) } as Recipe;
}
