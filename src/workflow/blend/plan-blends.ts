import { RootstockError, quoteList } from "../../base/errors.ts";
import { suggestWord } from "../../base/nearest-word.ts";
import type { BlendRecipe, Recipe } from "../../recipes/recipe.ts";
import { type Plan, useKey } from "../plan.ts";

/**
 * The blends among the recipes, each on what its members stand on. Throws E_OPTION where fewer than two recipes stand beside
 * a blend or a name is taken, and E_RECIPE for members that do not run.
 */
export function planBlends(recipes: readonly Recipe[], plans: readonly Plan[]): Plan[] {
  return recipes.flatMap((recipe, i) => {
    if (recipe.kind !== "blend") return [];
    const { name } = recipe;
    const isTaken =
      plans.some((plan) => plan.name === name) || recipes.findIndex((one) => one.name === name) < i;
    if (isTaken)
      throw new RootstockError("E_OPTION", `recipe ${JSON.stringify(name)}: given twice.`, {
        hint: "Give the recipe of your own another name.",
      });
    const members = membersOf(recipe, plans);
    const uses = new Map(members.flatMap((plan) => plan.uses.map((use) => [useKey(use), use] as const)));
    const { repeats: _, ...whole } = recipe;
    const repeats = Math.min(...members.map((plan) => plan.recipe.repeats ?? 1)); // answers that all of them have
    return [{ name, recipe: repeats > 1 ? { ...whole, repeats } : whole, uses: [...uses.values()] }];
  });
}

/** True for a plan that averages others. */
export function isBlend(plan: Plan): plan is Plan & { readonly recipe: BlendRecipe } {
  return plan.recipe.kind === "blend";
}

/** The plans that a blend averages, by their names or those of their recipes. */
export function membersOf({ name, members }: BlendRecipe, all: readonly Plan[]): readonly Plan[] {
  const plans = all.filter(({ recipe }) => recipe.kind !== "blend");
  const names = plans.flatMap((plan) => [plan.name, plan.recipe.name]);
  const unknown = members?.filter((member) => !names.includes(member)) ?? [];
  if (unknown.length > 0)
    throw new RootstockError(
      "E_RECIPE",
      `recipe ${JSON.stringify(name)}: expected members among ${quoteList([...new Set(names)])}, got ${quoteList(unknown)}.`,
      {
        hint: `${suggestWord(unknown[0]!, names)}A blend averages recipes of the same comparison: name them in --recipes.`,
      },
    );
  const chosen = plans.filter(
    (plan) => members?.some((member) => [plan.name, plan.recipe.name].includes(member)) ?? true,
  );
  if (chosen.length >= 2) return chosen;
  throw new RootstockError(
    "E_OPTION",
    `recipe ${JSON.stringify(name)}: expected two recipes or more to average, got ${quoteList(chosen.map((plan) => plan.name))}.`,
    { hint: "A blend is part of a comparison: rootstock compare PHOTOS --recipes svm,lda,blend." },
  );
}
