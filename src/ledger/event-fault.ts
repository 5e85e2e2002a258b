import { type Cells, labelOf } from "./cells.ts";
import type { LedgerEvent } from "./ledger-event.ts";

/** Why an event does not fit what is there; null where it does. */
export function faultOf(event: LedgerEvent, cells: Cells): string | null {
  switch (event.type) {
    case "photo-added":
      return newPhoto(event.sha256, cells) ?? (event.label === null ? null : knownClass(event.label, cells));
    case "photo-removed":
      return knownPhoto(event.sha256, cells);
    case "photo-moved":
      return knownPhoto(event.sha256, cells) ?? isAt(event.sha256, event.from.path, cells);
    case "labelled":
      return (
        knownPhoto(event.sha256, cells) ?? bears(event.sha256, null, cells) ?? knownClass(event.label, cells)
      );
    case "relabelled":
      return (
        knownPhoto(event.sha256, cells) ??
        bears(event.sha256, event.from, cells) ??
        (event.to === null ? null : knownClass(event.to, cells))
      );
    case "class-added":
      return newClass(event.label, cells);
    case "class-removed":
      return knownClass(event.label, cells) ?? emptyClass(event.label, cells);
    case "class-renamed":
      return knownClass(event.from, cells) ?? newClass(event.to, cells);
    case "class-merged":
      return mergeFault(event, cells);
    case "class-split":
      return splitFault(event, cells);
  }
}

const quoted = (label: string | null): string => (label === null ? "no label" : JSON.stringify(label));

function newPhoto(sha256: string, { photos }: Cells): string | null {
  const row = photos.find(sha256);
  return row < 0 ? null : `expected a new photo, got ${quoted(photos.placeAt(row).path)}, which is there`;
}

function knownPhoto(sha256: string, { photos }: Cells): string | null {
  return photos.find(sha256) >= 0 ? null : `expected a photo of the ledger, got ${sha256.slice(0, 12)}`;
}

function isAt(sha256: string, path: string, { photos }: Cells): string | null {
  const place = photos.placeAt(photos.find(sha256));
  return place.path === path
    ? null
    : `expected the photo to move from ${quoted(place.path)}, got ${quoted(path)}`;
}

function bears(sha256: string, label: string | null, cells: Cells): string | null {
  const row = cells.photos.find(sha256);
  const now = labelOf(row, cells);
  if (now === label) return null;
  const { path } = cells.photos.placeAt(row);
  return `expected ${quoted(now)} to be the former label of ${quoted(path)}, got ${quoted(label)}`;
}

function knownClass(label: string, { classes }: Cells): string | null {
  return classes.has(label) ? null : `expected a class of the ledger, got ${quoted(label)}`;
}

function newClass(label: string, { classes }: Cells): string | null {
  return classes.has(label) ? `expected a new class, got ${quoted(label)}, which is there` : null;
}

function emptyClass(label: string, { classes }: Cells): string | null {
  const { size } = classes.get(label)!;
  return size === 0 ? null : `expected a class without photos, got ${quoted(label)} with ${size}`;
}

function mergeFault(
  { from, into }: Extract<LedgerEvent, { type: "class-merged" }>,
  cells: Cells,
): string | null {
  if (from.length === 0 || new Set([...from, into]).size !== from.length + 1)
    return `expected different classes to merge, got ${[...from, into].map(quoted).join(", ")}`;
  return from.map((label) => knownClass(label, cells)).find((fault) => fault !== null) ?? null;
}

function splitFault(
  { from, into }: Extract<LedgerEvent, { type: "class-split" }>,
  cells: Cells,
): string | null {
  const unknown = knownClass(from, cells);
  if (unknown !== null) return unknown;
  for (const [sha256, label] of Object.entries(into)) {
    const fault = knownPhoto(sha256, cells) ?? bears(sha256, from, cells);
    if (fault !== null) return fault;
    if (label === from)
      return `expected another class than ${quoted(from)} for ${quoted(cells.photos.placeAt(cells.photos.find(sha256)).path)}`;
  }
  return null;
}
