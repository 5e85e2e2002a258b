import { randomBytes } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { oneAtATime } from "../base/concurrency.ts";
import { RootstockError } from "../base/errors.ts";
import { writeFileOnce } from "../files/atomic-write.ts";
import { lockFile } from "../files/lock-file.ts";
import { appendLines } from "./append-lines.ts";
import type { LedgerPosition, TornEnd } from "./chain.ts";
import { formatLine, noHash } from "./event-line.ts";
import { shapeFault } from "./event-shape.ts";
import { shortVersion } from "./find-version.ts";
import type { LabelBook } from "./label-book.ts";
import { misfit } from "./ledger-errors.ts";
import type { LedgerEvent, LedgerState, RecordingFacts } from "./ledger-event.ts";
import { type LoadedLedger, type OpenLedgerOptions, catchUp, keep, loadLedger } from "./load-ledger.ts";
import { readVersion } from "./read-version.ts";
import { type Recording, openRecordingTally, readRecordings } from "./recordings.ts";

/** The name of the file in a folder. */
export const ledgerName = "labels.jsonl";

/** Who records, and why. */
export interface AppendFacts {
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  /** The version whose labels the events bring back, where they undo. */
  readonly undoes?: string | undefined;
  /** The version that the events were made for: E_LEDGER where the ledger has another one by now. */
  readonly onto?: string | undefined;
}

/** An event with a reason of its own, which stands above that of all. */
export type EventToRecord = LedgerEvent & { readonly reason?: string | undefined };

/** An append-only file of label events, open: what it says, and a way to add to it. */
export interface Ledger {
  /** Absolute. */
  readonly path: string;
  /** Absolute; photos' paths are relative to it. */
  readonly folder: string;
  /** Digest of the head. */
  readonly version: string;
  /** Lines, the first among them. */
  readonly lines: number;
  /** What a recording that was stopped in the middle has left; the next one takes its place. */
  readonly torn: TornEnd | null;
  /** The labels now, or at a version: see `findVersion` for how it may be written. Throws E_VERSION. */
  stateAt(version?: string): Promise<LedgerState>;
  /**
   * Records events together, all or none, and returns the new version; none at all change nothing. Throws E_LEDGER for an
   * event that does not fit, E_LOCK while another process records, E_FILE or E_DISK_FULL where nothing can be written.
   */
  append(events: readonly EventToRecord[], facts?: AppendFacts): Promise<string>;
  /** Every recording from the first. */
  recordings(): Promise<readonly Recording[]>;
}

/**
 * Opens the ledger at a path, or in a folder, and reads it to its end, every line checked; a ledger of more than 8 MiB (some
 * 25,000 events) only from the checkpoint beside it on, `labels.jsonl.checkpoint`, which is written then: `recordings()` always
 * checks all of it. Throws E_LEDGER where there is none, or where lines were edited, cut or put in another order, each named.
 *
 * @example
 * const ledger = await openLedger("photos");
 * await ledger.append([{ type: "class-renamed", from: "tulip", to: "tulips" }], { author: "Mei" });
 * console.log((await ledger.stateAt()).classes);
 */
export async function openLedger(path: string, options: OpenLedgerOptions = {}): Promise<Ledger> {
  const file = await ledgerPath(path);
  let loaded: LoadedLedger | null = await loadLedger(file, options);
  let { position, torn } = loaded;
  const gate = oneAtATime();
  const current = async (): Promise<LoadedLedger> => {
    const known = loaded;
    loaded = null; // a fault found on the way leaves its book half changed
    const fresh = known === null ? await loadLedger(file, options) : await catchUp(file, known);
    ({ position, torn } = fresh);
    return (loaded = fresh);
  };
  const append = async (events: readonly EventToRecord[], facts: AppendFacts): Promise<string> => {
    await using _ = await lockFile(`${file}.lock`);
    const { book } = await current();
    const before = loaded!;
    requireVersion(facts.onto, position.version);
    loaded = null; // until it is written, what is in memory may be ahead of the file
    const whole = fitted(events, { book, path: file });
    torn = null;
    if (whole.length > 0) {
      const { lines, ...made } = linesOf(whole, { previous: position, facts });
      const bytes = await appendLines(file, lines, { at: position.bytes, isUnended: before.isUnended });
      position = { lines: position.lines + lines.length, bytes, version: made.last.version };
      loaded = await keep(file, { ...before, ...made, position, torn, isUnended: false }, options);
    } else loaded = { ...before, torn };
    return position.version;
  };
  return {
    path: file,
    folder: dirname(file),
    get version() {
      return position.version;
    },
    get lines() {
      return position.lines;
    },
    get torn() {
      return torn;
    },
    stateAt: async (word) => {
      if (word === undefined) return (await gate(current)).book.stateAt(position.version);
      return (await readVersion(file, word)).state;
    },
    append: async (events, facts = {}) => await gate(async () => await append(events, facts)),
    recordings: async () => (await readRecordings(file)).recordings,
  };
}

/** The ledger's file, absolute: the path itself, or the one in the folder that it is. */
export async function ledgerPath(path: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  const file = resolve(isFolder ? join(path, ledgerName) : path);
  const folder = await realpath(dirname(file)).catch(() => dirname(file)); // as data sets' folders are known
  return join(folder, basename(file));
}

/** Begins a ledger, and returns it. Throws E_LEDGER where something is there already. */
export async function createLedger(path: string, facts: AppendFacts = {}): Promise<Ledger> {
  const file = await ledgerPath(path);
  const head = { type: "ledger", format: 1, id: randomBytes(8).toString("hex"), ...said(facts) } as const;
  const isNew = await writeFileOnce(file, `${formatLine(head, noHash).text}\n`);
  if (isNew) return await openLedger(file);
  throw new RootstockError("E_LEDGER", `${JSON.stringify(file)}: expected no file there, got one.`, {
    hint: "A ledger is begun once; `rootstock labels sync` brings it up to date.",
  });
}

function requireVersion(wanted: string | undefined, now: string): void {
  if (wanted === undefined || wanted === now) return;
  throw new RootstockError(
    "E_LEDGER",
    `ledger: expected the version ${shortVersion(wanted)}, got ${shortVersion(now)}: somebody has recorded meanwhile.`,
    { hint: "Run again; nothing was recorded." },
  );
}

function said({ author, reason }: AppendFacts): RecordingFacts {
  return { time: new Date().toISOString(), author, reason };
}

/** The events as they fit the book, which has them then: a class that a label names is added in front of it. */
function fitted(
  events: readonly EventToRecord[],
  { book, path }: { book: LabelBook; path: string },
): EventToRecord[] {
  const whole: EventToRecord[] = [];
  const take = (event: EventToRecord, number: number): void => {
    const fault = shapeFault(event as unknown as Readonly<Record<string, unknown>>) ?? book.apply(event);
    if (fault !== null) throw misfit(path, `event ${number} of ${events.length}, ${event.type}: ${fault}`);
    whole.push(event);
  };
  for (const [i, event] of events.entries()) {
    const label = labelNamed(event);
    if (label !== null && !book.classes.has(label)) take({ type: "class-added", label }, i + 1);
    take(event, i + 1);
  }
  return whole;
}

/** The label that an event gives to a photo. */
function labelNamed(event: LedgerEvent): string | null {
  if (event.type === "photo-added" || event.type === "labelled") return event.label;
  return event.type === "relabelled" ? event.to : null;
}

function linesOf(
  events: readonly EventToRecord[],
  { previous, facts }: { previous: LedgerPosition; facts: AppendFacts },
): { lines: string[]; last: Recording } {
  const shared = said(facts);
  const { undoes } = facts;
  const tally = openRecordingTally(previous.version);
  let [version, last] = [previous.version, null as Recording | null];
  const lines = events.map((event, i) => {
    const marks = {
      ...(i === 0 && events.length > 1 ? { events: events.length } : {}),
      ...(i === 0 && undoes !== undefined ? { undoes } : {}),
    };
    const content = { ...event, ...shared, reason: event.reason ?? shared.reason, ...marks };
    const { text, hash } = formatLine(content, version);
    last = tally({ content, line: previous.lines + 1 + i, hash, isLast: i === events.length - 1 });
    version = hash;
    return text;
  });
  return { lines, last: last! };
}
