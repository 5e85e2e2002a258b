import { placeOf } from "./cells.ts";
import type { LedgerEvent, LedgerPhoto, LedgerState, PhotoPlace } from "./ledger-event.ts";

/** Labels without a version: what a folder or a table says, or a ledger at some version. */
export type Labels = Pick<LedgerState, "classes" | "photos">;

/** A photo that only one of two states has. */
export interface LonePhoto extends LedgerPhoto {
  readonly sha256: string;
}

/** A photo that changed sides. */
export interface Relabelling {
  readonly sha256: string;
  /** Where it lies in the later state. */
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** A photo that lies elsewhere, or is of another split or group. */
export interface Move {
  readonly sha256: string;
  readonly from: PhotoPlace;
  readonly to: PhotoPlace;
}

/** What leads from one state to another. */
export interface LedgerDiff {
  readonly added: readonly LonePhoto[];
  readonly removed: readonly LonePhoto[];
  readonly relabelled: readonly Relabelling[];
  readonly moved: readonly Move[];
  readonly classesAdded: readonly string[];
  readonly classesRemoved: readonly string[];
}

/** The difference of two states, photo by photo, known by their bytes. */
export function diffStates(before: Labels, after: Labels): LedgerDiff {
  const kept = [...after.photos].flatMap(([sha256, now]) => {
    const was = before.photos.get(sha256);
    return was === undefined ? [] : [{ sha256, was, now }];
  });
  return {
    added: onlyIn(after, before),
    removed: onlyIn(before, after),
    relabelled: kept
      .filter(({ was, now }) => was.label !== now.label)
      .map(({ sha256, was, now }) => ({ sha256, path: now.path, from: was.label, to: now.label })),
    moved: kept
      .filter(({ was, now }) => !isSamePlace(was, now))
      .map(({ sha256, was, now }) => ({ sha256, from: placeOf(was), to: placeOf(now) })),
    classesAdded: classesOnlyIn(after, before),
    classesRemoved: classesOnlyIn(before, after),
  };
}

/** The events that make the earlier state the later one. */
export function eventsOf(diff: LedgerDiff): LedgerEvent[] {
  return [
    ...diff.removed.map(({ sha256 }): LedgerEvent => ({ type: "photo-removed", sha256 })),
    ...diff.classesAdded.map((label): LedgerEvent => ({ type: "class-added", label })),
    ...diff.relabelled.flatMap(labelEvent),
    ...diff.added.map((photo): LedgerEvent => ({ type: "photo-added", ...photo })),
    ...diff.moved.map((move): LedgerEvent => ({ type: "photo-moved", ...move })),
    ...diff.classesRemoved.map((label): LedgerEvent => ({ type: "class-removed", label })),
  ];
}

/** The event that gives a photo another label; none where it has it. */
export function labelEvent({ sha256, from, to }: Omit<Relabelling, "path">): LedgerEvent[] {
  if (from === to) return [];
  if (from !== null) return [{ type: "relabelled", sha256, from, to }];
  return to === null ? [] : [{ type: "labelled", sha256, label: to }];
}

function onlyIn(state: Labels, other: Labels): LonePhoto[] {
  return [...state.photos]
    .filter(([sha256]) => !other.photos.has(sha256))
    .map(([sha256, photo]) => ({ sha256, ...photo }));
}

function classesOnlyIn(state: Labels, other: Labels): string[] {
  const known = new Set(other.classes);
  return state.classes.filter((label) => !known.has(label));
}

function isSamePlace(a: PhotoPlace, b: PhotoPlace): boolean {
  return a.path === b.path && a.split === b.split && a.group === b.group;
}
