import { realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { type FoundImage, type FoundImages, withoutLabel } from "../found-images.ts";
import { isUnlabelledName } from "../folders/folder-words.ts";
import type { SetAside } from "../manifest.ts";
import type { LayoutOptions } from "../folders/read-folders.ts";
import { joinEntries } from "./table-contradictions.ts";
import { type TableEntry, entryOf } from "./table-entries.ts";
import { readRecords } from "./table-records.ts";
import { requireUnlabelled } from "../folders/unlabelled-folders.ts";

/**
 * A table of pictures: CSV with a header line, or JSONL with one object a line. Columns: `file_name` or `path`
 * (relative to the table's folder, in it or below), `label`, and where wanted `split` and `group`; others are passed
 * over. The root is the table's folder. A record without a label is E_LABEL_MISSING, a picture outside the folder
 * E_IMAGE_OUTSIDE; a picture listed twice counts once.
 *
 * Throws E_MANIFEST with every faulty line: no UTF-8, no such column, wrong number of fields, no JSON object, a split
 * that is none, lines that contradict each other.
 */
export async function findInTable(file: string, options: LayoutOptions = {}): Promise<FoundImages> {
  requireNoSplitFolders(file, options);
  const { root, entries } = await readEntries(file);
  requireUnlabelled(
    options,
    entries.map(({ label }) => label),
  );
  return {
    root,
    ...sortEntries(entries, options),
    lost: [],
    ignored: [],
    emptyFolders: [],
    layout: {
      wrapper: null,
      splits: entries.some(({ split }) => split !== "") ? "column" : "none",
      splitFolders: [],
      doubtful: [],
    },
  };
}

/** The table's lines, one a picture, and the folder they are relative to. Throws E_MANIFEST with every faulty line. */
async function readEntries(file: string): Promise<{ root: string; entries: readonly TableEntry[] }> {
  const faults: string[] = [];
  const records = await readRecords(file, faults);
  const root = await realpath(dirname(resolve(file)));
  const all = await Promise.all(records.map(async (record) => await entryOf(record, root, faults)));
  const entries = joinEntries(
    all.filter(({ path }) => path !== ""),
    faults,
  );
  if (faults.length > 0) throw faulty(file, faults);
  return { root, entries };
}

/** What is used, what is skipped and what is set aside. A table without any label is one of pictures to be named. */
function sortEntries(
  entries: readonly TableEntry[],
  options: LayoutOptions,
): Pick<FoundImages, "images" | "skipped" | "setAside"> {
  const inside = entries.filter(({ outside }) => outside === null);
  const isAside = asideTest(options);
  const labelled = inside.filter(({ label }) => label !== "" && !isAside(label));
  const isLabelled = labelled.length > 0;
  const images = (isLabelled ? labelled : inside).map((entry) => imageOf(entry, isLabelled));
  const unnamed = isLabelled ? inside.filter(({ label }) => label === "") : [];
  const aside = isLabelled ? inside.filter(({ label }) => label !== "" && isAside(label)) : [];
  return {
    images: images.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    skipped: [
      ...entries.flatMap(({ outside }) => outside ?? []),
      ...unnamed.map(({ path }) => withoutLabel(path, tableHint)),
    ],
    setAside: countAside(aside),
  };
}

const tableHint = "Fill in its label in the table.";

function imageOf({ path, label, split, group }: TableEntry, isLabelled: boolean): FoundImage {
  const head = { path, label: isLabelled ? label : null };
  return { ...head, ...(split === "" ? {} : { split }), ...(group === "" ? {} : { group }) };
}

function asideTest({ unlabelled }: LayoutOptions): (label: string) => boolean {
  if (unlabelled?.length === 0) return () => false;
  return (label) => isUnlabelledName(label) || unlabelled?.includes(label) === true;
}

function countAside(entries: readonly TableEntry[]): SetAside[] {
  const labels = [...new Set(entries.map(({ label }) => label))];
  return labels.map((folder) => ({ folder, count: entries.filter(({ label }) => label === folder).length }));
}

function requireNoSplitFolders(file: string, { splitFolders }: LayoutOptions): void {
  if (splitFolders === undefined) return;
  throw new RootstockError(
    "E_OPTION",
    `split folders: expected a folder, got the table ${JSON.stringify(file)}.`,
    {
      hint: "A table says splits in its column split; leave --split-folders away.",
    },
  );
}

function faulty(file: string, faults: readonly string[]): RootstockError {
  const shown = faults.slice(0, 5).join("; ");
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return new RootstockError("E_MANIFEST", `${JSON.stringify(basename(file))}: ${shown}${rest}.`, {
    hint: "The table needs the columns file_name,label and may have split,group; each picture has one of each.",
  });
}
