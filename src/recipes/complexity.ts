import { classifierTable } from "../classifiers/classifier-table.ts";
import type { Recipe } from "./recipe.ts";

const kinds: readonly Recipe["kind"][] = ["classifier", "fine-tune", "scratch", "blend"];

/**
 * How much a recipe is made of, to be compared place by place, less being simpler: a classifier before a network that is
 * trained and before a blend, fewer backbones, fewer features, and the classifier's own place among all, simplest first, the user's last.
 */
export function complexityOf(recipe: Recipe, sizes: { backbones: number; dimensions: number }): number[] {
  return [kinds.indexOf(recipe.kind), sizes.backbones, sizes.dimensions, placeOf(recipe)];
}

function placeOf(recipe: Recipe): number {
  if (recipe.kind !== "classifier") return 0;
  const names = Object.keys(classifierTable);
  return recipe.own === undefined ? names.indexOf(recipe.classifier) : names.length;
}
