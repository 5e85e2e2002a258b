import { type LedgerDiff, eventsOf } from "./diff-states.ts";
import type { LedgerEvent } from "./ledger-event.ts";

/** Classes whose photos all went to one new class: one of them was renamed, several were merged. */
export interface ClassChange {
  readonly from: readonly string[];
  readonly to: string;
  /** Photos that went. */
  readonly photos: number;
}

/** A difference in which whole classes are told apart from single photos. */
export interface GuessedDiff {
  readonly classes: readonly ClassChange[];
  /** What is left: every photo and class that no class change accounts for. */
  readonly rest: LedgerDiff;
}

/**
 * Finds renamed and merged classes in a difference: where a class is gone, and each of its photos that is still there bears
 * one and the same new name, it was the class that changed and not the photos one by one. The labels come out the same;
 * what differs is what the history says.
 */
export function guessClassChanges(diff: LedgerDiff): GuessedDiff {
  const targets = new Map<string, Set<string | null>>();
  for (const { from, to } of diff.relabelled)
    if (from !== null) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const gone = new Set(diff.classesRemoved);
  const fresh = new Set(diff.classesAdded);
  const newName = new Map<string, string>();
  for (const [from, names] of targets) {
    const [to = null] = names;
    if (gone.has(from) && names.size === 1 && to !== null && fresh.has(to)) newName.set(from, to);
  }
  const names = new Set(newName.values());
  const counts = new Map<string, number>();
  for (const { from } of diff.relabelled) {
    const to = from === null ? undefined : newName.get(from);
    if (to !== undefined) counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  const classes = [...names].map((to) => ({
    from: [...newName.keys()].filter((one) => newName.get(one) === to),
    to,
    photos: counts.get(to)!,
  }));
  return {
    classes,
    rest: {
      ...diff,
      relabelled: diff.relabelled.filter(({ from }) => from === null || !newName.has(from)),
      classesAdded: diff.classesAdded.filter((label) => !names.has(label)),
      classesRemoved: diff.classesRemoved.filter((label) => !newName.has(label)),
    },
  };
}

/** The events of a difference in which classes were guessed: photos that went, the classes, then the rest. */
export function guessedEvents({ classes, rest }: GuessedDiff): LedgerEvent[] {
  const { removed, ...others } = rest;
  return [
    ...eventsOf({ ...nothing, removed }),
    ...classes.map(({ from, to }): LedgerEvent =>
      from.length === 1
        ? { type: "class-renamed", from: from[0]!, to }
        : { type: "class-merged", from, into: to },
    ),
    ...eventsOf({ ...others, removed: [] }),
  ];
}

const nothing: LedgerDiff = {
  added: [],
  removed: [],
  relabelled: [],
  moved: [],
  classesAdded: [],
  classesRemoved: [],
};
