import type { LedgerEvent } from "./ledger-event.ts";
import { openLabelBook } from "./label-book.ts";
import { inverseOf } from "./inverse-events.ts";
import type { Recording } from "./recordings.ts";
import { walkLedger } from "./walk-ledger.ts";

/** What brings earlier labels back. */
export interface Undo {
  /** The version whose labels come back. */
  readonly target: Recording;
  /** The recordings that are taken back, the latest first. */
  readonly undone: readonly Recording[];
  readonly events: readonly LedgerEvent[];
}

/** The recording whose labels stand behind one: its own, or, of an undo, those of the one it brought back. */
function standingAt(index: number, recordings: readonly Recording[]): number {
  for (let at = index; ;) {
    const { undoes } = recordings[at]!;
    if (undoes === undefined) return at;
    at = recordings.findLastIndex(({ version }) => version === undoes);
  }
}

/**
 * The recording to go back to where nothing is said: the one before the last change that has not been undone. Null where
 * there is none: the ledger stands at its beginning.
 */
export function stepBack(recordings: readonly Recording[]): Recording | null {
  const at = standingAt(recordings.length - 1, recordings);
  return recordings[at - 1] ?? null;
}

/**
 * The events that bring back the labels of `target`, one of the recordings, from those of the last. Nothing is taken out of
 * the ledger: they are recorded behind the others.
 */
export async function undoEvents(
  path: string,
  target: Recording,
  recordings: readonly Recording[],
): Promise<Undo> {
  const undone = recordingsBetween(target, recordings);
  const lines = new Set(undone.map(({ line }) => line));
  const book = openLabelBook();
  const back: LedgerEvent[][] = [];
  let isUndone = false;
  let isFirst = true;
  await walkLedger(path, {}, ({ content, line, isLast, hash }) => {
    if (isFirst) isUndone = lines.has(line);
    isFirst = isLast;
    if (content.type !== "ledger") {
      if (isUndone) back.push(inverseOf(content, book));
      book.apply(content);
    }
    return hash === recordings.at(-1)!.version ? "stop" : undefined;
  });
  return { target, undone, events: back.toReversed().flat() };
}

/** Those to take back, the latest first; an undo on the way is passed over together with what it has undone. */
function recordingsBetween(target: Recording, recordings: readonly Recording[]): Recording[] {
  const goal = recordings.findIndex(({ version }) => version === target.version);
  const list: Recording[] = [];
  for (let at = recordings.length - 1; at > goal;) {
    const landing = standingAt(at, recordings);
    if (landing !== at && landing >= goal) at = landing;
    else list.push(recordings[at--]!);
  }
  return list;
}
