import { stat } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type LedgerPosition, type TornEnd, ledgerStart } from "./chain.ts";
import { checkpointBytes, isCheckpointDue, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type LabelBook, openLabelBook } from "./label-book.ts";
import { damagedLedger } from "./ledger-errors.ts";
import { type Recording, openRecordingTally } from "./recordings.ts";
import { type WalkEnd, walkLedger } from "./walk-ledger.ts";

/** A ledger read to its end: the labels there, and where new lines go. */
export interface LoadedLedger {
  readonly book: LabelBook;
  /** Behind the last whole recording. */
  readonly position: LedgerPosition;
  readonly last: Recording;
  readonly torn: TornEnd | null;
  readonly isUnended: boolean;
  /** Bytes before the checkpoint that it stands on; 0 where there is none. */
  readonly since: number;
}

/** When a ledger gets a checkpoint. */
export interface OpenLedgerOptions {
  /** Bytes behind a checkpoint, or before the first, from which one is written; default: 8 MiB. Infinity: never. */
  readonly checkpointBytes?: number | undefined;
}

/** How a ledger is read. */
export interface LoadOptions extends OpenLedgerOptions, Pick<WorkOptions, "signal"> {}

type Base = Pick<LoadedLedger, "book" | "position" | "since"> & { readonly last: Recording | null };

/**
 * Reads a ledger to its end, from its checkpoint on where there is one that fits; what is at fault behind it is looked for
 * from the beginning again. Throws what `walkLedger` throws, and E_LEDGER for a line that does not fit those before it.
 */
export async function loadLedger(path: string, options: LoadOptions = {}): Promise<LoadedLedger> {
  const base = await beginningAt(path, options.signal);
  try {
    return await keep(path, await readOn(path, base, options), options);
  } catch (error) {
    if (base.since === 0 || !(error instanceof RootstockError)) throw error;
    return await keep(path, await readOn(path, beginning(), options), options);
  }
}

/** The same ledger, with what others have recorded since. */
export async function catchUp(path: string, loaded: LoadedLedger): Promise<LoadedLedger> {
  const { size } = await stat(path);
  if (size === loaded.position.bytes) return loaded;
  const isLonger = size > loaded.position.bytes && !loaded.isUnended;
  return isLonger ? await readOn(path, loaded, {}) : await loadLedger(path);
}

/** Writes a checkpoint where one is due. */
export async function keep(path: string, loaded: LoadedLedger, options: LoadOptions): Promise<LoadedLedger> {
  const least = options.checkpointBytes ?? checkpointBytes;
  const { position, since, isUnended } = loaded;
  if (isUnended || !isCheckpointDue(position.bytes, { since, least })) return loaded;
  const isKept = await writeCheckpoint(path, loaded);
  return isKept ? { ...loaded, since: position.bytes } : loaded;
}

/** Where reading begins: behind the checkpoint, where there is one that fits. */
async function beginningAt(path: string, signal: AbortSignal | undefined): Promise<Base> {
  const checkpoint = await readCheckpoint(path, signal);
  return checkpoint === null ? beginning() : { ...checkpoint, since: checkpoint.position.bytes };
}

function beginning(): Base {
  return { book: openLabelBook(), position: ledgerStart, last: null, since: 0 };
}

async function readOn(path: string, base: Base, { signal }: LoadOptions): Promise<LoadedLedger> {
  const { book, since } = base;
  const end = await play(path, book, { from: base.position, signal });
  const last = (end.last ?? base.last)!; // where nothing is whole, not even the first line, walking has refused it
  if (end.torn === null || end.torn.found === 0) return { ...end, last, book, since };
  const whole = since === 0 ? beginning() : await beginningAt(path, signal); // the other one has seen a part of the torn recording
  await play(path, whole.book, { from: whole.position, to: end.position.bytes, signal });
  return { ...end, last, book: whole.book, since };
}

/** The labels at a version of the ledger. */
export async function bookAt(path: string, version: string): Promise<LabelBook> {
  const book = openLabelBook();
  await play(path, book, { from: ledgerStart, until: version });
  return book;
}

interface PlayOptions extends Pick<WorkOptions, "signal"> {
  readonly from: LedgerPosition;
  readonly to?: number;
  readonly until?: string;
}

/** Plays the events of a part of a ledger into a book; `last` is the last whole recording of that part. */
async function play(
  path: string,
  book: LabelBook,
  { from, to, until, signal }: PlayOptions,
): Promise<WalkEnd & { last: Recording | null }> {
  const tally = openRecordingTally(from === ledgerStart ? "" : from.version);
  let last: Recording | null = null;
  const end = await walkLedger(path, { from, to, signal }, (entry) => {
    const { content, line, hash, isLast } = entry;
    const fault = content.type === "ledger" ? null : book.apply(content);
    if (fault !== null) throw damagedLedger(path, [`line ${line}: ${content.type}: ${fault}`]);
    last = tally(entry) ?? last;
    return isLast && hash === until ? "stop" : undefined;
  });
  return { ...end, last };
}
