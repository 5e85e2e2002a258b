import type { PhotoPlace } from "./ledger-event.ts";
import { type PhotoTable, openPhotoTable } from "./photo-table.ts";

/** A class as photos refer to it, so that a rename costs one write and a merge one for each class, not for each photo. */
export interface ClassCell {
  /** What photos have of it: its place among all cells. */
  readonly number: number;
  name: string;
  /** Photos that bear it. */
  size: number;
  /** The class that has taken it in. */
  into: ClassCell | null;
}

/** Photos with the class that each had last of its own; which that has become, `standing` tells. */
export interface Cells {
  readonly photos: PhotoTable;
  /** By name, those that others have taken in left out. */
  readonly classes: Map<string, ClassCell>;
  /** All that ever were, by their numbers. */
  readonly cells: ClassCell[];
}

/** No photo, no class. */
export function openCells(): Cells {
  return { photos: openPhotoTable(), classes: new Map(), cells: [] };
}

/** The class that a cell stands for now; chains of merges are shortened on the way. */
export function standing(cell: ClassCell): ClassCell {
  let last = cell;
  while (last.into !== null) last = last.into;
  for (let at = cell; at.into !== null && at.into !== last;) {
    const next = at.into;
    at.into = last;
    at = next;
  }
  return last;
}

/** The class that the photo of a row bears now. */
export function classOf(row: number, { photos, cells }: Cells): ClassCell | null {
  const cell = cells[photos.classAt(row)];
  return cell === undefined ? null : standing(cell);
}

/** The name of the class that the photo of a row bears now. */
export function labelOf(row: number, cells: Cells): string | null {
  return classOf(row, cells)?.name ?? null;
}

/** The place alone, of an event or a photo that says more. */
export function placeOf({ path, split, group }: PhotoPlace): PhotoPlace {
  return { path, ...(split === undefined ? {} : { split }), ...(group === undefined ? {} : { group }) };
}
