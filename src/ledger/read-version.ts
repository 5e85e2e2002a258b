import type { WorkOptions } from "../base/events.ts";
import type { TornEnd } from "./chain.ts";
import { findVersion, isLatest } from "./find-version.ts";
import type { LedgerState } from "./ledger-event.ts";
import { bookAt, loadLedger } from "./load-ledger.ts";
import { type Recording, readRecordings } from "./recordings.ts";

/** The labels at a version, with the recording that made it. */
export interface VersionRead {
  readonly recording: Recording;
  readonly state: LedgerState;
  /** What a recording that was stopped in the middle has left at the ledger's end. */
  readonly torn: TornEnd | null;
}

/**
 * The labels of a ledger's file at a version, written as `findVersion` takes it; the latest from the checkpoint on, any other
 * from the beginning. Throws what `findVersion` and `walkLedger` throw.
 */
export async function readVersion(
  path: string,
  word: string,
  { signal }: WorkOptions = {},
): Promise<VersionRead> {
  if (isLatest(word)) {
    const { book, last, torn } = await loadLedger(path, { signal });
    return { recording: last, state: book.stateAt(last.version), torn };
  }
  const { recordings, torn } = await readRecordings(path, { signal });
  const recording = findVersion(word, recordings);
  const { version } = recording;
  return { recording, state: (await bookAt(path, version)).stateAt(version), torn };
}
