import { byMerit } from "../evaluate/verdict.ts";
import type { MeasuredRecipe } from "./run-record.ts";

/** So many times the networks a prediction are too many: the verdict's own measure of a cheaper choice. */
const tooDear = 3;

/**
 * The recipes that may win: a blend only where a prediction runs fewer than three times the networks that the best of the
 * others runs. Networks and not seconds, so that equal runs have equal winners.
 */
export function cheapEnough(recipes: readonly MeasuredRecipe[]): MeasuredRecipe[] {
  const best = recipes.filter(({ blend }) => blend === undefined).toSorted(byMerit)[0];
  return recipes.filter(
    (recipe) =>
      recipe.blend === undefined || best === undefined || networksOf(recipe) < tooDear * networksOf(best),
  );
}

function networksOf({ complexity = [] }: MeasuredRecipe): number {
  return complexity[1] ?? 1;
}
