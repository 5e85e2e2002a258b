import { RootstockError } from "../../base/errors.ts";
import { suggestWord } from "../../base/nearest-word.ts";
import { type AppendFacts, type Ledger, openLedger } from "../../ledger/ledger.ts";
import type { LedgerEvent, LedgerState } from "../../ledger/ledger-event.ts";
import { type DecisionFile, readDecisions } from "./read-decisions.ts";

/** What a change of classes did. */
export interface ClassesChanged {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
  /** Photos whose label changed with it. */
  readonly photos: number;
  /** All classes after it. */
  readonly classes: readonly string[];
}

/** Gives a class another name, for all its photos at once. Throws E_LEDGER where the one is not there, or the other is. */
export async function renameClass(
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
  facts: AppendFacts = {},
): Promise<ClassesChanged> {
  const { ledger, state, known, named } = await openClasses(path);
  const [source, target] = [known(from), named(to)];
  if (state.classes.includes(target))
    throw new RootstockError(
      "E_LEDGER",
      `labels rename: expected a new name, got ${JSON.stringify(target)}, which is a class already.`,
      { hint: "To make one class of two: rootstock labels merge LEDGER A B --into NAME." },
    );
  const photos = countOf(state, [source]);
  return await record(ledger, { type: "class-renamed", from: source, to: target }, { photos, facts });
}

/** Makes one class of several. Throws E_LEDGER where one of them is not there. */
export async function mergeClasses(
  path: string,
  { from, into }: { readonly from: readonly string[]; readonly into: string },
  facts: AppendFacts = {},
): Promise<ClassesChanged> {
  const { ledger, state, known, named } = await openClasses(path);
  const target = named(into);
  const sources = [...new Set(from.map(known))].filter((label) => label !== target);
  if (sources.length === 0)
    throw new RootstockError(
      "E_LEDGER",
      `labels merge: expected a class other than ${JSON.stringify(target)} to take in, got none.`,
      { hint: "Name the classes that shall become one, then --into and its name." },
    );
  const photos = countOf(state, sources);
  return await record(ledger, { type: "class-merged", from: sources, into: target }, { photos, facts });
}

/**
 * Parts a class: each photo that the decisions name gets the class they give it; the others keep theirs, and a class
 * without a photo left is gone. Throws E_LEDGER where a photo is not of the class.
 */
export async function splitClass(
  path: string,
  { from, decisions }: { readonly from: string; readonly decisions: string },
  facts: AppendFacts = {},
): Promise<ClassesChanged> {
  const { ledger, state, known } = await openClasses(path);
  const source = known(from);
  const file = await readDecisions(decisions, { ledger, state });
  const into = Object.fromEntries(
    file.rows.filter(({ label }) => label !== source).map(({ sha256, label }) => [sha256, label ?? ""]),
  );
  requireOfClass(file, { state, source });
  const photos = Object.keys(into).length;
  if (photos === 0)
    throw new RootstockError(
      "E_LEDGER",
      `labels split: expected a photo with a new class in ${JSON.stringify(decisions)}, got none.`,
      { hint: "Each line names a photo of the class and the class it goes to: path,label." },
    );
  return await record(ledger, { type: "class-split", from: source, into }, { photos, facts });
}

interface OpenClasses {
  readonly ledger: Ledger;
  readonly state: LedgerState;
  /** A class of the ledger by its name. Throws E_LEDGER. */
  known(label: string): string;
  /** A name as the ledger writes it. Throws E_LEDGER for an empty one. */
  named(label: string): string;
}

async function openClasses(path: string): Promise<OpenClasses> {
  const ledger = await openLedger(path);
  const state = await ledger.stateAt();
  const named = (label: string): string => {
    const name = label.trim().normalize("NFC"); // as folders and tables are read
    if (name === "") throw new RootstockError("E_LEDGER", "class: expected a name, got nothing.");
    return name;
  };
  return {
    ledger,
    state,
    named,
    known: (label) => {
      const name = named(label);
      if (state.classes.includes(name)) return name;
      throw unknownClass(name, state.classes);
    },
  };
}

function unknownClass(name: string, classes: readonly string[]): RootstockError {
  const list = classes.map((label) => JSON.stringify(label)).join(", ");
  return new RootstockError(
    "E_LEDGER",
    `class ${JSON.stringify(name)}: expected a class of the ledger, it has ${list === "" ? "none" : list}.`,
    { hint: `${suggestWord(name, classes)}Capital letters and accents count.` },
  );
}

function requireOfClass(file: DecisionFile, { state, source }: { state: LedgerState; source: string }): void {
  const faults = file.rows.flatMap(({ sha256, path, label, line }) => {
    const now = state.photos.get(sha256)?.label;
    if (label === null) return [`line ${line}: expected a class for ${JSON.stringify(path)}, got none`];
    if (now === source) return [];
    const is =
      now === undefined ? "not in the ledger" : now === null ? "without a label" : JSON.stringify(now);
    return [`line ${line}: expected a photo of ${JSON.stringify(source)}, ${JSON.stringify(path)} is ${is}`];
  });
  if (faults.length === 0) return;
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  throw new RootstockError("E_LEDGER", `labels split: ${faults.slice(0, 5).join("; ")}${rest}.`, {
    hint: "For photos of any class: rootstock labels record LEDGER FILE.",
  });
}

function countOf({ photos }: LedgerState, labels: readonly string[]): number {
  return [...photos.values()].filter(({ label }) => label !== null && labels.includes(label)).length;
}

async function record(
  ledger: Ledger,
  event: LedgerEvent,
  { photos, facts }: { photos: number; facts: AppendFacts },
): Promise<ClassesChanged> {
  const version = await ledger.append([event], facts);
  const { classes } = await ledger.stateAt();
  return { ledger: ledger.path, version, photos, classes };
}
