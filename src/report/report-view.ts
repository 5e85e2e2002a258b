import type { Verdict } from "../evaluate/verdict.ts";
import { type FailedRecipe, type MeasuredRecipe, type RunRecord, isMeasured } from "../runs/run-record.ts";
import { type Words, english } from "../words/en/en.ts";
import { judgeRecipes, rankRecipes } from "../runs/verdict.ts";

/** Data URIs by index into `run.images`. */
export type Thumbnails = ReadonlyMap<number, string>;

/** What every section of the page is drawn from. */
export interface ReportView {
  readonly run: RunRecord;
  readonly thumbnails: Thumbnails;
  readonly verdict: Verdict;
  /** Recipes that finished, the winner first, then by accuracy. */
  readonly measured: readonly MeasuredRecipe[];
  readonly failed: readonly FailedRecipe[];
  readonly winner: MeasuredRecipe | null;
  /** The run folder as seen from where the command was typed; null where nobody said. */
  readonly folder: string | null;
  /** The messages of the page's language. */
  readonly words: Words;
}

/** What the sections of a report are drawn from. */
export function createView(
  run: RunRecord,
  thumbnails: Thumbnails,
  { folder = null, words = english }: { folder?: string | null | undefined; words?: Words | undefined } = {},
): ReportView {
  const measured = measuredRecipes(run);
  const failed = run.recipes.filter((recipe): recipe is FailedRecipe => !isMeasured(recipe));
  const verdict = judgeRecipes(run.recipes, run.images, {
    classes: run.dataset.classes,
    words,
    folds: run.folds,
  });
  return { run, thumbnails, verdict, measured, failed, winner: measured[0] ?? null, folder, words };
}

/** The recipes that finished, the winner first, then by accuracy. */
export function measuredRecipes({ recipes, winner }: RunRecord): MeasuredRecipe[] {
  return rankRecipes({ recipes: recipes.filter(isMeasured), winner });
}

/** One judged image. */
export interface Judged {
  /** Index into `run.images`. */
  readonly image: number;
  readonly label: number;
  readonly predicted: number;
  readonly probability: number;
}

/** The judged images, the most confident first; the path order decides between equals, so that pages repeat. */
export function judgedImages(run: RunRecord, recipe: MeasuredRecipe): Judged[] {
  return recipe.predictions
    .flatMap((prediction, image) =>
      prediction === null
        ? []
        : [
            {
              image,
              label: run.images[image]!.label,
              predicted: prediction.label,
              probability: prediction.probability,
            },
          ],
    )
    .sort((a, b) => b.probability - a.probability || a.image - b.image);
}
