import type { z } from "zod";
import type * as rows from "./recipe-row-schema.ts";
import type * as runs from "./run-schema.ts";

/** `run.json` of a complete run: every number of the report, and what is needed to repeat it. */
export type RunRecord = z.output<typeof runs.runRecord>;
/** `run.json` before the run is complete. */
export type RunMarker = z.output<typeof runs.runMarker>;
/** `run.json`, however far its run came. */
export type RunFile = z.output<typeof runs.runFile>;
/** The data of a run, as it was found. */
export type RunDataset = RunRecord["dataset"];
/** One image of the data set, in path order. */
export type RunImage = RunRecord["images"][number];

/** Accuracy against labels spent, or why it was not measured. */
export type LabelCurve = NonNullable<RunRecord["labelCurve"]>;

/** A row of the comparison. A recipe that failed keeps its row, with `error` and nothing measured. */
export type RunRecipe = MeasuredRecipe | FailedRecipe;
/** What every recipe's row says. */
export type RecipeHead = z.output<typeof rows.recipeHead>;
/** The row of a recipe that was measured. */
export type MeasuredRecipe = z.output<typeof rows.measuredRecipe>;
/** The row of a recipe that failed. */
export type FailedRecipe = z.output<typeof rows.failedRecipe>;

/** What the training of one network did. */
export type FoldTraining = NonNullable<MeasuredRecipe["training"]>[number];
/** One epoch of a training. */
export type EpochPoint = FoldTraining["epochs"][number];

/** True for a row with figures. */
export function isMeasured(recipe: RunRecipe): recipe is MeasuredRecipe {
  return !("error" in recipe);
}
