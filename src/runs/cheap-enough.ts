import { byMerit } from "../evaluate/verdict.ts";
import type { MeasuredRecipe } from "./run-record.ts";

/** So many times the networks a prediction are too many: the verdict's own measure of a cheaper choice. */
const tooDear = 3;

/**
 * The recipes that may win: a blend only where its 95 % interval lies above the accuracy of the best of the others, since a
 * model of one recipe can be updated and knows what is foreign to it; and where a prediction runs fewer than three times the
 * networks. Networks and not seconds, so that equal runs have equal winners.
 */
export function cheapEnough(recipes: readonly MeasuredRecipe[]): MeasuredRecipe[] {
  const best = recipes.filter(({ blend }) => blend === undefined).toSorted(byMerit)[0];
  return recipes.filter(
    (recipe) =>
      recipe.blend === undefined ||
      best === undefined ||
      (recipe.accuracy.low > best.accuracy.mean && networksOf(recipe) < tooDear * networksOf(best)),
  );
}

function networksOf({ complexity = [] }: MeasuredRecipe): number {
  return complexity[1] ?? 1;
}
