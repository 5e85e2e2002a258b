import { stat } from "node:fs/promises";
import { type LedgerPosition, type TornEnd, ledgerStart } from "./chain.ts";
import { type LabelBook, openLabelBook } from "./label-book.ts";
import { damagedLedger } from "./ledger-errors.ts";
import { type WalkEnd, walkLedger } from "./walk-ledger.ts";

/** A ledger read to its end: the labels there, and where new lines go. */
export interface LoadedLedger {
  readonly book: LabelBook;
  /** Behind the last whole recording. */
  readonly position: LedgerPosition;
  readonly torn: TornEnd | null;
  readonly isUnended: boolean;
}

/** Reads a ledger whole. Throws what `walkLedger` throws, and E_LEDGER for a line that does not fit those before it. */
export async function loadLedger(path: string): Promise<LoadedLedger> {
  return await readOn(path, { book: openLabelBook(), position: ledgerStart });
}

/** The same ledger, with what others have recorded since. */
export async function catchUp(path: string, loaded: LoadedLedger): Promise<LoadedLedger> {
  const { size } = await stat(path);
  if (size === loaded.position.bytes) return loaded;
  const isLonger = size > loaded.position.bytes && !loaded.isUnended;
  return isLonger ? await readOn(path, loaded) : await loadLedger(path);
}

async function readOn(
  path: string,
  { book, position: from }: Pick<LoadedLedger, "book" | "position">,
): Promise<LoadedLedger> {
  const end = await play(path, book, { from });
  if (end.torn === null || end.torn.found === 0) return { ...end, book };
  const whole = openLabelBook(); // the other one has seen a part of the torn recording
  await play(path, whole, { from: ledgerStart, to: end.position.bytes });
  return { ...end, book: whole };
}

/** The labels at a version of the ledger. */
export async function bookAt(path: string, version: string): Promise<LabelBook> {
  const book = openLabelBook();
  await play(path, book, { from: ledgerStart, until: version });
  return book;
}

/** Plays the events of a part of a ledger into a book. */
async function play(
  path: string,
  book: LabelBook,
  { from, to, until }: { from: LedgerPosition; to?: number; until?: string },
): Promise<WalkEnd> {
  return await walkLedger(path, { from, to }, ({ content, line, hash, isLast }) => {
    const fault = content.type === "ledger" ? null : book.apply(content);
    if (fault !== null) throw damagedLedger(path, [`line ${line}: ${content.type}: ${fault}`]);
    return isLast && hash === until ? "stop" : undefined;
  });
}
