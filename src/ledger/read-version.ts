import type { WorkOptions } from "../base/events.ts";
import type { TornEnd } from "./chain.ts";
import { findVersion } from "./find-version.ts";
import type { LedgerState } from "./ledger-event.ts";
import { bookAt } from "./load-ledger.ts";
import { type Recording, readRecordings } from "./recordings.ts";

/** The labels at a version, with the recording that made it. */
export interface VersionRead {
  readonly recording: Recording;
  readonly state: LedgerState;
  /** What a recording that was stopped in the middle has left at the ledger's end. */
  readonly torn: TornEnd | null;
}

/** The labels of a ledger's file at a version, written as `findVersion` takes it. Throws what that and `walkLedger` throw. */
export async function readVersion(
  path: string,
  word: string,
  { signal }: WorkOptions = {},
): Promise<VersionRead> {
  const { recordings, torn } = await readRecordings(path, { signal });
  const recording = findVersion(word, recordings);
  const { version } = recording;
  return { recording, state: (await bookAt(path, version)).stateAt(version), torn };
}
