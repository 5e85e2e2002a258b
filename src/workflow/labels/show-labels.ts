import { RootstockError } from "../../base/errors.ts";
import { ledgerPath } from "../../ledger/ledger.ts";
import { readVersion } from "../../ledger/read-version.ts";
import type { LedgerPhoto, LedgerState } from "../../ledger/ledger-event.ts";
import type { TornEnd } from "../../ledger/chain.ts";
import { type PhotoEvent, readPhotoHistory } from "../../ledger/photo-history.ts";
import { type Recording, readRecordings } from "../../ledger/recordings.ts";

export { shortVersion } from "../../ledger/find-version.ts";
export type { Recording } from "../../ledger/recordings.ts";

/** `labels at --json` */
export interface LabelsAt {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
  /** When it was recorded: ISO 8601, UTC. */
  readonly time: string;
  /** Photos of each class; those of no class stand under `unlabelled`. */
  readonly classes: readonly { readonly label: string; readonly photos: number }[];
  readonly unlabelled: number;
  readonly photos: readonly ({ readonly sha256: string } & LedgerPhoto)[];
}

/** The labels at a version; default: the latest. Throws E_VERSION, and what `openLedger` throws. */
export async function labelsAt(path: string, version = "latest"): Promise<LabelsAt> {
  const file = await ledgerPath(path);
  const { recording, state } = await readVersion(file, version);
  const { classes, unlabelled } = classCounts(state);
  return {
    ledger: file,
    version: recording.version,
    time: recording.time,
    classes,
    unlabelled,
    photos: [...state.photos].map(([sha256, photo]) => ({ sha256, ...photo })),
  };
}

function classCounts({ classes, photos }: LedgerState): Pick<LabelsAt, "classes" | "unlabelled"> {
  const counts = new Map<string | null, number>(classes.map((label) => [label, 0]));
  for (const { label } of photos.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    classes: classes.map((label) => ({ label, photos: counts.get(label)! })),
    unlabelled: counts.get(null) ?? 0,
  };
}

/** `labels log --json` */
export interface LabelsLog {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
  /** Recordings in all. */
  readonly total: number;
  /** The latest first, as many as were asked for. */
  readonly recordings: readonly Recording[];
  /** What a recording that was stopped in the middle has left at the end; it does not count. */
  readonly torn: TornEnd | null;
}

/** What was recorded, the latest first; `limit` default: all. */
export async function labelsLog(
  path: string,
  { limit = Infinity }: { readonly limit?: number | undefined } = {},
): Promise<LabelsLog> {
  const file = await ledgerPath(path);
  const { recordings, position, torn } = await readRecordings(file);
  const from = Math.max(0, recordings.length - limit);
  return {
    ledger: file,
    version: position.version,
    total: recordings.length,
    recordings: recordings.slice(from).toReversed(),
    torn,
  };
}

/** `labels log --photo --json` */
export interface PhotoLog {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly sha256: string;
  /** As the ledger has it now; null of one that was removed. */
  readonly photo: LedgerPhoto | null;
  /** What became of it, the latest first. */
  readonly events: readonly PhotoEvent[];
}

/** The history of one photo, by its path or (the beginning of) its sha256. Throws E_LEDGER for one that is not known. */
export async function photoLog(path: string, word: string): Promise<PhotoLog> {
  const file = await ledgerPath(path);
  const { sha256, photo, events } = await readPhotoHistory(file, word.replaceAll("\\", "/"));
  if (sha256 === null)
    throw new RootstockError(
      "E_LEDGER",
      `photo ${JSON.stringify(word)}: expected a path of the ledger or the beginning of a sha256, found none.`,
      { hint: "Paths are relative to the ledger's folder, as `rootstock labels export` writes them." },
    );
  return { ledger: file, sha256, photo, events: events.toReversed() };
}
