import type { LedgerEntry } from "./chain.ts";
import type { LedgerEvent, RecordingFacts } from "./ledger-event.ts";
import { type WalkEnd, type WalkOptions, walkLedger } from "./walk-ledger.ts";

/** Events that were recorded together. */
export interface Recording extends RecordingFacts {
  /** The version that it made: the hash of its last event. */
  readonly version: string;
  /** The version it was recorded on. */
  readonly previous: string;
  /** Its first line, counted from 1, and how many it has. */
  readonly line: number;
  readonly lines: number;
  /** Events by type; those that there are none of are left out. */
  readonly counts: Readonly<Partial<Record<LedgerEvent["type"], number>>>;
  /** The version whose labels it brought back, where it was an undo. */
  readonly undoes?: string;
}

/** A ledger's recordings, and how it ends. */
export interface RecordingsRead extends WalkEnd {
  readonly recordings: readonly Recording[];
}

/** The recordings of a ledger from its beginning; the first, of the first line alone, has no event. */
export async function readRecordings(path: string, options: WalkOptions = {}): Promise<RecordingsRead> {
  const recordings: Recording[] = [];
  const tally = openRecordingTally(options.from?.version ?? "");
  const end = await walkLedger(path, options, (entry) => {
    const recording = tally(entry);
    if (recording !== null) recordings.push(recording);
  });
  return { ...end, recordings };
}

/** Takes lines one by one behind the version `start`, and gives each recording with its last one. */
export function openRecordingTally(start: string): (entry: LedgerEntry) => Recording | null {
  let counts: Partial<Record<LedgerEvent["type"], number>> = {};
  let first: LedgerEntry | null = null;
  let previous = start;
  return (entry) => {
    first ??= entry;
    const { type } = entry.content;
    if (type !== "ledger") counts[type] = (counts[type] ?? 0) + 1;
    if (!entry.isLast) return null;
    const recording = recordingOf(first, { last: entry, counts, previous });
    previous = entry.hash;
    [first, counts] = [null, {}];
    return recording;
  };
}

function recordingOf(
  { content: { time, author, reason, undoes }, line }: LedgerEntry,
  { last, counts, previous }: { last: LedgerEntry } & Pick<Recording, "counts" | "previous">,
): Recording {
  return {
    version: last.hash,
    previous,
    time,
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined ? {} : { reason }),
    line,
    lines: last.line - line + 1,
    counts,
    ...(undoes === undefined ? {} : { undoes }),
  };
}
