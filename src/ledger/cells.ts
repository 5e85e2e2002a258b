import type { PhotoPlace } from "./ledger-event.ts";

/** A class as photos refer to it, so that a rename costs one write and a merge one for each class, not for each photo. */
export interface ClassCell {
  name: string;
  /** Photos that bear it. */
  size: number;
  /** The class that has taken it in. */
  into: ClassCell | null;
}

/** A photo, and the class that it had last of its own; which that has become, `standing` tells. */
export interface PhotoCell {
  place: PhotoPlace;
  label: ClassCell | null;
}

/** Photos by sha256; classes by name, those that others have taken in left out. */
export interface Cells {
  readonly photos: Map<string, PhotoCell>;
  readonly classes: Map<string, ClassCell>;
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

/** The name of the class that a cell stands for now. */
export function nameOf(cell: ClassCell | null): string | null {
  return cell === null ? null : standing(cell).name;
}

/** The place alone, of an event or a photo that says more. */
export function placeOf({ path, split, group }: PhotoPlace): PhotoPlace {
  return { path, ...(split === undefined ? {} : { split }), ...(group === undefined ? {} : { group }) };
}
