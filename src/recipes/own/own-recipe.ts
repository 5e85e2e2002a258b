import { basename, resolve } from "node:path";
import { isModuleWord, loadOwnClassifier } from "./own-classifier.ts";
import type { ClassifierRecipe, Recipe } from "../recipe.ts";

/** A recipe with its module loaded, if it names one; paths start from `folder`, the recipe file's. */
export async function withOwnClassifier(recipe: Recipe, folder: string): Promise<Recipe> {
  if (recipe.kind !== "classifier" || !isModuleWord(recipe.classifier)) return recipe;
  const own = await loadOwnClassifier(resolve(folder, recipe.classifier));
  return { ...recipe, classifier: basename(recipe.classifier), own };
}

/** The recipe that a module is where it stands in a recipe's place: `fusion` with the user's classifier at its end. */
export async function recipeAround(module: string): Promise<ClassifierRecipe> {
  const own = await loadOwnClassifier(module);
  const file = basename(module);
  return {
    version: 1,
    kind: "classifier",
    name: own.classifier.name,
    summary: `The features of all backbones given, each with the same weight, joined, then a classifier of your own (${file}).`,
    role: null,
    layer: null,
    pooling: "avg",
    backbones: "all",
    transforms: ["signed-sqrt", "l2"],
    views: 1,
    stages: 1,
    alternatives: [],
    classifier: file,
    own,
    grid: null,
  };
}
