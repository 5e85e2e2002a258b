import { openCells } from "./open-cells.ts";
import { judgedImages, measuredRecipes } from "./report-view.ts";
import type { MeasuredRecipe, RunRecord } from "../runs/run-record.ts";

/** How much of the photos the page may carry. 150 thumbnails are about 0.6 MB. */
export const thumbnailLimits = { all: 150, perCell: 8, worstMistakes: 12 } as const;

/**
 * Which images are worth showing: the worst mistakes first, then cell by cell of the confusion matrices, wrong cells
 * before right ones and the best recipe before the others, the most confident of each cell first. At most
 * `thumbnailLimits.all`, without repeats. Returns indices into `run.images`.
 */
export function chooseThumbnails(run: RunRecord): number[] {
  const recipes = measuredRecipes(run);
  const chosen = new Set<number>();
  const add = (images: readonly number[]): void => {
    for (const image of images) if (chosen.size < thumbnailLimits.all) chosen.add(image);
  };
  for (const recipe of recipes.slice(0, 1)) {
    const mistakes = judgedImages(run, recipe).filter(({ label, predicted }) => label !== predicted);
    add(mistakes.slice(0, thumbnailLimits.worstMistakes).map(({ image }) => image));
  }
  for (const isRight of [false, true])
    for (const recipe of recipes) add(inTurns(cellsOf(run, recipe, isRight)));
  return [...chosen];
}

/** The images of each cell that the page shows, on (`isRight`) or off the diagonal, most confident first, cut to what a cell may show. */
function cellsOf(run: RunRecord, recipe: MeasuredRecipe, isRight: boolean): number[][] {
  const cells = new Map<string, number[]>();
  const isOpen = openCells(recipe);
  for (const { image, label, predicted } of judgedImages(run, recipe)) {
    if ((label === predicted) !== isRight || !isOpen({ label, predicted })) continue;
    const cell = cells.get(`${label} ${predicted}`) ?? [];
    if (cell.length < thumbnailLimits.perCell) cell.push(image);
    cells.set(`${label} ${predicted}`, cell);
  }
  return [...cells.values()];
}

/** The first of every list, then the second of every list, and so on: a tight limit leaves no cell empty. */
function inTurns(lists: readonly (readonly number[])[]): number[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
