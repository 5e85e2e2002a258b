import { RootstockError } from "../../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../../base/events.ts";
import type { LayoutOptions } from "../../data/folders/read-folders.ts";
import type { Manifest, SkippedImage } from "../../data/manifest.ts";
import { type Labels, type LedgerDiff, diffStates } from "../../ledger/diff-states.ts";
import { type ClassChange, guessClassChanges, guessedEvents } from "../../ledger/guess-class-changes.ts";
import { type AppendFacts, openLedger } from "../../ledger/ledger.ts";
import type { LedgerPhoto, LedgerState } from "../../ledger/ledger-event.ts";
import { tell } from "../../words/fact.ts";
import { cacheOf, scanCacheOf } from "../study.ts";
import { isLedgerPath } from "./data-source.ts";
import { type ObservedData, observeData } from "./observe-data.ts";

export { shortVersion } from "../../ledger/find-version.ts";

/** How a ledger is brought up to date. */
export interface SyncOptions extends WorkOptions, LayoutOptions {
  /** A folder or a table; default: the ledger's folder. */
  readonly data?: string | undefined;
  /** Keep photos that are not there any more; default: they are removed. */
  readonly keepMissing?: boolean | undefined;
  /** Take photos that all changed to one new class for single changes; default: the class was renamed, or merged. */
  readonly asPhotos?: boolean | undefined;
  /** Folder of the cache; null keeps nothing; default: the user's cache folder. */
  readonly cache?: string | null | undefined;
}

/** What `labels sync` would record. */
export interface SyncChanges extends LedgerDiff {
  /** Classes whose photos all bear one new name: renamed, or several merged. Their photos are not in `relabelled`. */
  readonly classesChanged: readonly ClassChange[];
  /** Photos that are as the ledger says. */
  readonly unchanged: number;
  /** Photos of the ledger that were not found and stay: their file is broken, their copies disagree, or so it was asked. */
  readonly kept: readonly string[];
  /** Photos that lie there more than once, the paths of each; the ledger has one of them. */
  readonly copies: readonly (readonly string[])[];
  readonly skipped: readonly SkippedImage[];
  readonly setAside: Manifest["setAside"];
}

/** `labels sync --json` */
export interface SyncOutcome extends SyncChanges {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly data: string;
  /** The version that was compared, and the one there is now. */
  readonly from: string;
  readonly version: string;
  /** Events that the differences make; they were recorded or not. */
  readonly events: number;
  readonly recorded: boolean;
}

/** What is different, and a way to record it. */
export interface Sync {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly data: string;
  /** The version that was compared. */
  readonly version: string;
  readonly changes: SyncChanges;
  /** Events that `record` appends; 0: the ledger says the same. */
  readonly events: number;
  /** Records the changes and returns the new version. Throws E_LEDGER where the ledger has changed since. */
  record(facts?: AppendFacts): Promise<string>;
}

/**
 * Compares a folder or a table with the ledger, photo by photo, known by their bytes; nothing is recorded until the
 * caller says so. Photos that the data gives no label keep theirs. Throws what `openLedger` and `readManifest` throw.
 *
 * @example
 * const sync = await syncLabels("photos").result;
 * if (sync.changes.removed.length === 0) await sync.record({ author: "Mei" });
 */
export function syncLabels(path: string, options: SyncOptions = {}): Run<Sync> {
  return startRun(async (report) => {
    const ledger = await openLedger(path);
    const { data = ledger.folder, splitFolders, unlabelled, signal } = options;
    await requireNoLedger(data);
    const { path: file, torn } = ledger;
    if (torn !== null)
      report({ type: "warning", code: "E_LEDGER", ...tell("tornLedger", { path: file, ...torn }) });
    const state = await ledger.stateAt();
    const observed = await observeData(
      data,
      { folder: ledger.folder, state },
      { splitFolders, unlabelled, scanCache: scanCacheOf(cacheOf(options)), signal, report },
    );
    const { after, kept } = expected(state, observed, options);
    const diff = diffStates(state, after);
    const guessed = options.asPhotos === true ? { classes: [], rest: diff } : guessClassChanges(diff);
    const events = guessedEvents(guessed);
    const { copies, skipped, setAside } = observed;
    const isChanged = new Set([...diff.relabelled, ...diff.moved, ...diff.added].map(({ sha256 }) => sha256));
    const unchanged = [...observed.photos.keys()].filter((sha256) => !isChanged.has(sha256)).length;
    return {
      ledger: ledger.path,
      data,
      version: state.version,
      changes: {
        ...guessed.rest,
        classesChanged: guessed.classes,
        unchanged,
        kept,
        copies,
        skipped,
        setAside,
      },
      events: events.length,
      record: async (facts = {}) => await ledger.append(events, { ...facts, onto: state.version }),
    };
  });
}

/** The labels as they should be after the sync. */
function expected(
  state: LedgerState,
  observed: ObservedData,
  { keepMissing = false }: SyncOptions,
): { after: Labels; kept: readonly string[] } {
  const kept: string[] = [];
  const photos = new Map<string, LedgerPhoto>();
  for (const [sha256, known] of state.photos) {
    const now = observed.photos.get(sha256);
    const isElsewhere = !observed.isInside(known.path);
    const mayStay = keepMissing || observed.mayBeThere(sha256, known.path);
    if (now !== undefined) photos.set(sha256, { ...now, label: now.label ?? known.label });
    else if (isElsewhere || mayStay) photos.set(sha256, known);
    if (now === undefined && !isElsewhere && mayStay) kept.push(known.path);
  }
  for (const [sha256, photo] of observed.photos) if (!photos.has(sha256)) photos.set(sha256, photo);
  return { after: { photos, classes: classesAfter(state, photos) }, kept };
}

/** Classes that this empties are gone; one that was empty before stays. */
function classesAfter(state: LedgerState, photos: ReadonlyMap<string, LedgerPhoto>): string[] {
  const used = labelsOf(photos);
  const usedBefore = labelsOf(state.photos);
  const standing = state.classes.filter((label) => used.has(label) || !usedBefore.has(label));
  return [...new Set([...standing, ...used])].sort();
}

function labelsOf(photos: ReadonlyMap<string, LedgerPhoto>): Set<string> {
  return new Set([...photos.values()].flatMap(({ label }) => label ?? []));
}

async function requireNoLedger(data: string): Promise<void> {
  if (!(await isLedgerPath(data))) return;
  throw new RootstockError(
    "E_OPTION",
    `labels sync: expected a folder or a table to compare with, got the ledger ${JSON.stringify(data)}.`,
    { hint: "Name the ledger first, then the folder or the table: rootstock labels sync LEDGER DATA." },
  );
}
