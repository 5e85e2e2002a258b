import { RootstockError, quoteList } from "../base/errors.ts";
import type { Recipe } from "./recipe.ts";
import { type SettingName, type TrainingSettings, settingNames, trainingSettings } from "./setting-table.ts";

/**
 * Recipes with the settings in place of their own values, each where its kind has it.
 * Throws E_OPTION for a setting that none of the recipes has, and for a value out of range, all at once.
 */
export async function withTrainingSettings(
  recipes: readonly Recipe[],
  settings: TrainingSettings,
): Promise<Recipe[]> {
  const given = settingNames.filter((name) => settings[name] !== undefined);
  if (given.length === 0) return [...recipes];
  requireTakers(given, recipes);
  const { recipeSchema } = await import("./recipe-schema.ts");
  return recipes.map((recipe) => {
    const own = given.filter((name) => isTakenBy(name, recipe));
    if (own.length === 0) return recipe;
    const values = Object.fromEntries(own.map((name) => [name, settings[name]]));
    const changed = { ...recipe, ...values };
    const checked = recipeSchema.safeParse(changed);
    if (checked.success) return checked.data;
    const faults = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new RootstockError("E_OPTION", `${recipe.name}: ${faults.join("; ")}.`);
  });
}

function requireTakers(given: readonly SettingName[], recipes: readonly Recipe[]): void {
  const idle = given.filter((name) => !recipes.some((recipe) => isTakenBy(name, recipe)));
  if (idle.length === 0) return;
  const wanted = [...new Set(idle.flatMap((name) => trainingSettings[name].kinds))];
  throw new RootstockError(
    "E_OPTION",
    `${idle.join(", ")}: expected a recipe of kind ${wanted.join(" or ")}, got ${quoteList(recipes.map(({ name }) => name))}.`,
    { hint: "Only recipes that train a network have these settings; name one, or leave the settings out." },
  );
}

function isTakenBy(name: SettingName, { kind }: Recipe): boolean {
  return trainingSettings[name].kinds.includes(kind);
}
