import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { parseBundleRecord } from "../../bundle/parse-bundle-record.ts";
import { type LedgerDiff, diffStates } from "../../ledger/diff-states.ts";
import { type ClassChange, guessClassChanges } from "../../ledger/guess-class-changes.ts";
import { ledgerPath } from "../../ledger/ledger.ts";
import { readVersion } from "../../ledger/read-version.ts";
import { readRecordings } from "../../ledger/recordings.ts";
import type { LedgerState } from "../../ledger/ledger-event.ts";
import { readRun } from "../../runs/read-run.ts";
import { isLedgerPath, ledgerWords } from "./data-source.ts";

/** One side of a difference. */
export interface DiffSide {
  /** As it was written: a version, a run folder, a model folder. */
  readonly word: string;
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
}

/** `labels diff --json` */
export interface LabelsDiff extends LedgerDiff {
  readonly from: DiffSide;
  readonly to: DiffSide;
  /** Of the classes that are gone, those whose photos all bear one new name; their photos are in `relabelled` as well. */
  readonly classesChanged: readonly ClassChange[];
  /** Photos that both have, under the same label and in the same place. */
  readonly unchanged: number;
}

/**
 * What differs between two versions of a ledger, or between the data of two models: which photos changed sides. `words` is
 * a ledger alone (its last change), a ledger and one or two versions, or two sides that say their ledger themselves: run
 * folders, model folders, `ledger@version`.
 */
export async function diffLabels(words: readonly string[]): Promise<LabelsDiff> {
  const [{ state: before, ...from }, { state: after, ...to }] = await sidesOf(words);
  const diff = diffStates(before, after);
  const changed = new Set([...diff.relabelled, ...diff.moved, ...diff.added].map(({ sha256 }) => sha256));
  const { classes: classesChanged } = guessClassChanges(diff);
  return { from, to, classesChanged, ...diff, unchanged: after.photos.size - changed.size };
}

interface OpenSide extends DiffSide {
  readonly state: LedgerState;
}

async function sidesOf(words: readonly string[]): Promise<[OpenSide, OpenSide]> {
  const [first = "", ...others] = words;
  const isLedger = (await ledgerOf(first)) !== null;
  if (!isLedger) {
    if (words.length !== 2) throw wrongWords(words);
    return [await sideOf(first, null), await sideOf(words[1]!, null)];
  }
  const file = await ledgerPath(first);
  if (others.length > 2) throw wrongWords(words);
  const [a, b = "latest"] = others;
  const from = a === undefined ? await beforeLast(file) : await sideOf(a, file);
  return [from, await sideOf(b, file)];
}

/** The ledger that a word means without a version; null where it means none. */
async function ledgerOf(word: string): Promise<string | null> {
  const file = await ledgerPath(word);
  return (await isLedgerPath(file)) ? file : null;
}

async function beforeLast(file: string): Promise<OpenSide> {
  const { recordings } = await readRecordings(file);
  const { version } = recordings.at(-2) ?? recordings.at(-1)!;
  return await resolved(version, { ledger: file, version });
}

/** A side by its word; `file` is the ledger that was named, and stands above the one that a folder remembers. */
async function sideOf(word: string, file: string | null): Promise<OpenSide> {
  const made = await madeFrom(word);
  if (made !== null) return await resolved(word, { ledger: file ?? made.path, version: made.version });
  const words = await ledgerWords(word, undefined);
  if (words !== null)
    return await resolved(word, { ledger: await ledgerPath(words.path), version: words.version });
  if (file === null) throw noSide(word);
  return await resolved(word, { ledger: file, version: word });
}

async function resolved(
  word: string,
  { ledger, version }: { ledger: string; version: string },
): Promise<OpenSide> {
  const file = await ledgerPath(ledger);
  const { state } = await readVersion(file, version);
  return { word, ledger: file, version: state.version, state };
}

/** The ledger and the version that a run or a model was made from; null where the word is neither. */
async function madeFrom(word: string): Promise<{ path: string; version: string } | null> {
  if (await isFile(join(word, "rootstock.json"))) {
    const record = await parseBundleRecord(await readFile(join(word, "rootstock.json"), "utf8"), word);
    if (record.data.ledger === undefined) throw notFromLedger(word);
    const { path, version } = record.data.ledger;
    return { path: resolve(word, path), version };
  }
  if (!(await isFile(join(word, "run.json")))) return null;
  const run = await readRun(word);
  const ledger = run.status === "complete" ? run.dataset.ledger : undefined;
  if (ledger === undefined) throw notFromLedger(word);
  return ledger;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

function notFromLedger(word: string): RootstockError {
  return new RootstockError(
    "E_LEDGER",
    `${JSON.stringify(word)}: expected a run or a model made from a ledger of labels, got one made from a folder or a table.`,
    { hint: "Give the ledger as data: rootstock compare FOLDER --labels latest." },
  );
}

function noSide(word: string): RootstockError {
  return new RootstockError(
    "E_VERSION",
    `labels diff: expected a run folder, a model folder or LEDGER@VERSION, got ${JSON.stringify(word)}.`,
    { hint: "For versions name the ledger first: rootstock labels diff LEDGER A B." },
  );
}

function wrongWords(words: readonly string[]): RootstockError {
  return new RootstockError(
    "E_USAGE",
    `labels diff: expected a ledger and up to two versions, or two runs or models, got ${words.length} words.`,
    { hint: "rootstock labels diff LEDGER [A [B]], or rootstock labels diff RUN RUN." },
  );
}
