import type { MeasuredRecipe } from "../runs/run-record.ts";

/** Beyond this many classes a matrix cannot be read; the most frequent mix-ups are listed instead. */
export const largestMatrix = 24;

const longestList = 30;

/** A place in a confusion matrix. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

/** The most frequent mix-ups, the first of equals first: what is listed where there are too many classes for a matrix. */
export function frequentMixUps({ confusion }: MeasuredRecipe): Cell[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ count, label, predicted })))
    .filter(({ count, label, predicted }) => count > 0 && label !== predicted)
    .sort((a, b) => b.count - a.count)
    .slice(0, longestList);
}

/** Which cells of a recipe the page shows, so that photos may be asked for: the page carries nothing of the others. */
export function openCells(recipe: MeasuredRecipe): (cell: Cell) => boolean {
  if (recipe.confusion.length <= largestMatrix) return () => true;
  const open = new Set(frequentMixUps(recipe).map(keyOf));
  return (cell) => open.has(keyOf(cell));
}

function keyOf({ label, predicted }: Cell): string {
  return `${label} ${predicted}`;
}
