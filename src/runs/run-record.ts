import type { z } from "zod";
import type * as rows from "./recipe-row-schema.ts";
import type * as runs from "./run-schema.ts";

/** `run.json` of a complete run: every number of the report, and what is needed to repeat it. */
export type RunRecord = z.output<typeof runs.runRecord>;
/** `run.json` before the run is complete. */
export type RunMarker = z.output<typeof runs.runMarker>;
/** `run.json`, however far its run came. */
export type RunFile = z.output<typeof runs.runFile>;
export type RunDataset = RunRecord["dataset"];
/** One image of the data set, in path order. */
export type RunImage = RunRecord["images"][number];

/** A row of the comparison. A recipe that failed keeps its row, with `error` and nothing measured. */
export type RunRecipe = MeasuredRecipe | FailedRecipe;
export type RecipeHead = z.output<typeof rows.recipeHead>;
export type MeasuredRecipe = z.output<typeof rows.measuredRecipe>;
export type FailedRecipe = z.output<typeof rows.failedRecipe>;

/** What the training of one network did. */
export type FoldTraining = NonNullable<MeasuredRecipe["training"]>[number];
export type EpochPoint = FoldTraining["epochs"][number];

export function isMeasured(recipe: RunRecipe): recipe is MeasuredRecipe {
  return !("error" in recipe);
}
