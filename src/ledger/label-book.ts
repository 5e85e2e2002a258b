import { type Cells, type ClassCell, type PhotoCell, nameOf, placeOf, standing } from "./cells.ts";
import { faultOf } from "./event-fault.ts";
import type { LedgerEvent, LedgerPhoto, LedgerState } from "./ledger-event.ts";

/**
 * The labels as events have made them so far: what the ledger works on, changed in place. Renames and merges cost O(1) in
 * the number of photos, a split O(photos that leave).
 */
export interface LabelBook {
  readonly photos: ReadonlyMap<string, PhotoCell>;
  readonly classes: ReadonlyMap<string, ClassCell>;
  /** Makes the change, or says why it does not fit: `expected …, got …`; then nothing is changed. */
  apply(event: LedgerEvent): string | null;
  photoOf(sha256: string): LedgerPhoto | undefined;
  labelOf(sha256: string): string | null;
  /** sha256 of the photos of a class; looks at every photo. */
  photosOf(label: string): string[];
  /** Photos that bear the label, without looking at them. */
  sizeOf(label: string): number;
  stateAt(version: string): LedgerState;
}

/** An empty book. */
export function openLabelBook(): LabelBook {
  const photos = new Map<string, PhotoCell>();
  const classes = new Map<string, ClassCell>();
  const photoOf = (sha256: string): LedgerPhoto | undefined => {
    const cell = photos.get(sha256);
    return cell && { ...cell.place, label: nameOf(cell.label) };
  };
  return {
    photos,
    classes,
    apply: (event) => {
      const fault = faultOf(event, { photos, classes });
      if (fault === null) change(event, { photos, classes });
      return fault;
    },
    photoOf,
    labelOf: (sha256) => nameOf(photos.get(sha256)?.label ?? null),
    photosOf: (label) =>
      [...photos].filter(([, cell]) => nameOf(cell.label) === label).map(([sha256]) => sha256),
    sizeOf: (label) => classes.get(label)?.size ?? 0,
    stateAt: (version) => ({
      version,
      classes: [...classes.keys()].sort(),
      photos: new Map(
        [...photos].map(([sha256, { place, label }]) => [sha256, { ...place, label: nameOf(label) }]),
      ),
    }),
  };
}

/** Makes a change that fits. */
function change(event: LedgerEvent, cells: Cells): void {
  const { photos, classes } = cells;
  switch (event.type) {
    case "photo-added":
      photos.set(event.sha256, { place: placeOf(event), label: null });
      return setLabel(event.sha256, event.label, cells);
    case "photo-removed":
      setLabel(event.sha256, null, cells);
      photos.delete(event.sha256);
      return;
    case "photo-moved":
      photos.get(event.sha256)!.place = placeOf(event.to);
      return;
    case "labelled":
      return setLabel(event.sha256, event.label, cells);
    case "relabelled":
      return setLabel(event.sha256, event.to, cells);
    case "class-added":
      return void cellOf(event.label, cells);
    case "class-removed":
      return void classes.delete(event.label);
    case "class-renamed": {
      const cell = classes.get(event.from)!;
      classes.delete(event.from);
      classes.set(event.to, cell);
      cell.name = event.to;
      return;
    }
    case "class-merged":
      return merge(event, cells);
    case "class-split":
      for (const [sha256, label] of Object.entries(event.into)) {
        cellOf(label, cells);
        setLabel(sha256, label, cells);
      }
      if (classes.get(event.from)!.size === 0) classes.delete(event.from);
  }
}

function merge({ from, into }: Extract<LedgerEvent, { type: "class-merged" }>, cells: Cells): void {
  const target = cellOf(into, cells);
  for (const label of from) {
    const cell = cells.classes.get(label)!;
    cells.classes.delete(label);
    cell.into = target;
    target.size += cell.size;
  }
}

function setLabel(sha256: string, label: string | null, cells: Cells): void {
  const photo = cells.photos.get(sha256)!;
  if (photo.label !== null) standing(photo.label).size -= 1;
  photo.label = label === null ? null : cells.classes.get(label)!;
  if (photo.label !== null) photo.label.size += 1;
}

function cellOf(label: string, { classes }: Cells): ClassCell {
  const known = classes.get(label);
  if (known !== undefined) return known;
  const cell = { name: label, size: 0, into: null };
  classes.set(label, cell);
  return cell;
}
