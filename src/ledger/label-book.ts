import { type Cells, type ClassCell, classOf, labelOf, openCells, placeOf, standing } from "./cells.ts";
import { faultOf } from "./event-fault.ts";
import type { LedgerEvent, LedgerPhoto, LedgerState } from "./ledger-event.ts";
import { gone, noClass } from "./photo-block.ts";
import { PhotoView } from "./photo-view.ts";

/**
 * The labels as events have made them so far: what the ledger works on, changed in place. Renames and merges cost O(1) in
 * the number of photos, a split O(photos that leave).
 */
export interface LabelBook {
  readonly cells: Cells;
  readonly classes: ReadonlyMap<string, ClassCell>;
  /** Makes the change, or says why it does not fit: `expected …, got …`; then nothing is changed. */
  apply(event: LedgerEvent): string | null;
  photoOf(sha256: string): LedgerPhoto | undefined;
  /** The photos that bear one of the labels, with it; looks at every photo. */
  labelled(labels: ReadonlySet<string>): [sha256: string, label: string][];
  /** Photos that bear the label, without looking at them. */
  sizeOf(label: string): number;
  /** The labels as they are now; what is applied later changes nothing of it. Costs twelve bytes a photo. */
  stateAt(version: string): LedgerState;
}

/** A book of what is there already; default: an empty one. */
export function openLabelBook(cells: Cells = openCells()): LabelBook {
  const { photos, classes } = cells;
  const photoAt = (row: number): LedgerPhoto => ({ ...photos.placeAt(row), label: labelOf(row, cells) });
  return {
    cells,
    classes,
    apply: (event) => {
      const fault = faultOf(event, cells);
      if (fault === null) change(event, cells);
      return fault;
    },
    photoOf: (sha256) => {
      const row = photos.find(sha256);
      return row < 0 ? undefined : photoAt(row);
    },
    labelled: (labels) => {
      const found: [string, string][] = [];
      for (let row = 0; row < photos.rows; row += 1) {
        const label = labelOf(row, cells);
        if (label !== null && labels.has(label)) found.push([photos.sha256At(row), label]);
      }
      return found;
    },
    sizeOf: (label) => classes.get(label)?.size ?? 0,
    stateAt: (version) => ({
      version,
      classes: [...classes.keys()].sort(),
      photos: new PhotoView(
        photos.snapshot(),
        cells.cells.map((cell) => standing(cell).name),
      ),
    }),
  };
}

/** Makes a change that fits. */
function change(event: LedgerEvent, cells: Cells): void {
  const { photos, classes } = cells;
  switch (event.type) {
    case "photo-added":
      photos.add(event.sha256, placeOf(event));
      return setLabel(event.sha256, event.label, cells);
    case "photo-removed":
      setLabel(event.sha256, null, cells);
      return photos.setClass(photos.find(event.sha256), gone);
    case "photo-moved":
      return photos.setPlace(photos.find(event.sha256), placeOf(event.to));
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
  const row = cells.photos.find(sha256);
  const before = classOf(row, cells);
  if (before !== null) before.size -= 1;
  const cell = label === null ? null : cells.classes.get(label)!;
  cells.photos.setClass(row, cell?.number ?? noClass);
  if (cell !== null) cell.size += 1;
}

function cellOf(label: string, { classes, cells }: Cells): ClassCell {
  const known = classes.get(label);
  if (known !== undefined) return known;
  const cell = { number: cells.length, name: label, size: 0, into: null };
  cells.push(cell);
  classes.set(label, cell);
  return cell;
}
