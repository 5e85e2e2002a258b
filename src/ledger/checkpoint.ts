import type { FileHandle } from "node:fs/promises";
import { open, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readExactly } from "../files/read-exactly.ts";
import type { LedgerPosition } from "./chain.ts";
import { readCheckpointCells, writeCheckpointFile } from "./checkpoint-file.ts";
import { type CheckpointHead, readCheckpointHead } from "./checkpoint-head.ts";
import { parseLine } from "./event-line.ts";
import { type LabelBook, openLabelBook } from "./label-book.ts";
import { bareLine } from "./walk-ledger.ts";

/** The labels at a place of a ledger. */
export interface Checkpoint extends Pick<CheckpointHead, "position" | "last"> {
  readonly book: LabelBook;
}

/** Bytes behind a checkpoint, or before the first one, from which a new one is written: some 25,000 events, read in 0.15 s. */
export const checkpointBytes = 1 << 23;

/** Of a long ledger so many times fewer bytes than it has must be new, as a checkpoint costs its photos. */
const share = 16;
const leftOverMs = 3_600_000;
const longestLine = 1 << 28;

/** The file beside a ledger. */
export function checkpointPath(ledger: string): string {
  return `${ledger}.checkpoint`;
}

/**
 * The checkpoint beside a ledger, where it is whole and fits: the ledger has the line that it stands behind, at its place,
 * and that line is what was written. Null otherwise: it is a cache alone, and the ledger says everything.
 */
export async function readCheckpoint(ledger: string, signal?: AbortSignal): Promise<Checkpoint | null> {
  try {
    await using file = await open(checkpointPath(ledger), "r");
    const head = await readCheckpointHead(file);
    if (head === null || !(await standsIn(ledger, head.position))) return null;
    const cells = await readCheckpointCells(file, head, signal);
    if (cells === null) return null;
    const { position, last } = head;
    return { position, last, book: openLabelBook(cells) };
  } catch {
    signal?.throwIfAborted();
    return null; // not there, cut short, or no checkpoint at all
  }
}

/** Whether so much is new since the last checkpoint that the next opening is worth another one. */
export function isCheckpointDue(bytes: number, { since, least }: { since: number; least: number }): boolean {
  return bytes - since >= Math.max(least, bytes / share);
}

/** Puts a checkpoint beside a ledger; where the system refuses there is none, and opening takes longer. Returns whether it is there. */
export async function writeCheckpoint(
  ledger: string,
  { book, position, last }: Checkpoint,
): Promise<boolean> {
  try {
    await removeLeftOver(ledger);
    await writeCheckpointFile(checkpointPath(ledger), book.cells, { position, last });
    return true;
  } catch {
    return false;
  }
}

async function standsIn(ledger: string, { bytes, version }: LedgerPosition): Promise<boolean> {
  await using file = await open(ledger, "r");
  const { size } = await file.stat();
  if (!(bytes > 0 && bytes <= size)) return false;
  const line = parseLine(await lineBefore(file, bytes));
  return !("fault" in line) && line.hash === version;
}

/** The line that ends at so many bytes; empty where none does. */
async function lineBefore(file: FileHandle, bytes: number): Promise<string> {
  for (let length = Math.min(bytes, 1 << 12); length <= longestLine; length *= 8) {
    const from = Math.max(0, bytes - length);
    const text = Buffer.from(await readExactly(file, from, bytes - from));
    const start = text.lastIndexOf("\n", text.length - 2);
    if (start < 0 && from > 0) continue;
    return text.at(-1) === 0x0a ? bareLine(text.toString("utf8", start + 1, text.length - 1), start < 0) : "";
  }
  return "";
}

/** What a process left that was killed while it wrote a checkpoint; one that is an hour old is nobody's work any more. */
async function removeLeftOver(ledger: string): Promise<void> {
  const folder = dirname(ledger);
  const begin = `${basename(checkpointPath(ledger))}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(begin) || !name.endsWith(".tmp")) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > leftOverMs) await rm(join(folder, name), { force: true });
  }
}
