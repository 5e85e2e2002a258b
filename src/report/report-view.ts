import type { RecipeRecord, RecipeResult, RunRecord } from "./run-record.ts";

/** Data URIs by index into `run.images`. */
export type Thumbnails = ReadonlyMap<number, string>;

/** What every section of the page is drawn from. */
export interface ReportView {
  readonly run: RunRecord;
  readonly thumbnails: Thumbnails;
  /** Recipes that finished, best first. */
  readonly finished: readonly FinishedRecipe[];
  readonly failed: readonly RecipeRecord[];
  readonly winner: FinishedRecipe | null;
}

export type FinishedRecipe = RecipeRecord & { readonly result: RecipeResult };

/** Sorts a run's recipes for showing: the winner first, then by accuracy. */
export function createView(run: RunRecord, thumbnails: Thumbnails): ReportView {
  const finished = run.recipes
    .filter((recipe): recipe is FinishedRecipe => recipe.result !== undefined)
    .sort(
      (a, b) =>
        Number(b.name === run.winner) - Number(a.name === run.winner) ||
        b.result.accuracy.mean - a.result.accuracy.mean,
    );
  const failed = run.recipes.filter((recipe) => recipe.result === undefined);
  return { run, thumbnails, finished, failed, winner: finished[0] ?? null };
}

/** The most confident first, the path deciding between equals so that the page is the same each time. */
export function mistakesOf(run: RunRecord, result: RecipeResult): RecipeResult["predictions"] {
  return result.predictions
    .filter(({ image, predicted }) => run.images[image]!.label !== predicted)
    .sort((a, b) => b.probability - a.probability || a.image - b.image);
}
