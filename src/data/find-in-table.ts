import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { type FoundImage, type FoundImages, splitNames, withoutLabel } from "./found-images.ts";
import type { SkippedImage } from "./manifest.ts";
import { parseCsv } from "./parse-csv.ts";

/** One record, by column name. */
interface TableRecord {
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
}

const jsonExtensions: readonly string[] = [".jsonl", ".ndjson"];

/** Extensions of the tables that are read. */
export const tableExtensions: readonly string[] = [".csv", ".tsv", ...jsonExtensions];

/**
 * A table of pictures: CSV with a header line, or JSONL with one object a line. Columns: `file_name` or `path`
 * (relative to the table's folder), `label`, and where wanted `split` and `group`; others are passed over.
 * The root is the table's folder. A record without a label is E_LABEL_MISSING; a picture listed twice with the same
 * label counts once.
 *
 * Throws E_MANIFEST with every faulty line: no UTF-8, no such column, wrong number of fields, no JSON object, a split
 * that is none.
 */
export async function findInTable(file: string): Promise<FoundImages> {
  const text = await readText(file);
  const faults: string[] = [];
  const isJson = jsonExtensions.includes(extname(file).toLowerCase());
  const records = isJson ? jsonRecords(text, faults) : csvRecords(text, faults);
  const root = await realpath(dirname(resolve(file)));
  const entries = records.map((record) => entryOf(record, root, faults));
  if (faults.length > 0) throw faulty(file, faults);
  const unique = [
    ...new Map(entries.map((entry) => [JSON.stringify([entry.path, entry.label]), entry])).values(),
  ];
  return {
    root,
    images: unique.filter((entry): entry is FoundImage => entry.label !== "").toSorted(byPath),
    skipped: unique
      .filter(({ label }) => label === "")
      .map(({ path }): SkippedImage => withoutLabel(path, tableHint)),
    ignored: [],
    emptyClasses: [],
  };
}

const tableHint = "Fill in its label in the table.";

function entryOf({ line, values }: TableRecord, root: string, faults: string[]): FoundImage {
  const name = values.get("file_name") ?? values.get("path") ?? "";
  const splitName = values.get("split") ?? "";
  const group = values.get("group") ?? "";
  const split = splitNames.get(splitName.toLowerCase());
  if (name === "") faults.push(`line ${line}: expected a file_name or path, got none`);
  if (splitName !== "" && split === undefined)
    faults.push(
      `line ${line}: expected a split of train, validation or test, got ${JSON.stringify(splitName)}`,
    );
  return {
    path: relative(root, resolve(root, name)).split(sep).join("/"),
    label: (values.get("label") ?? "").normalize("NFC"),
    ...(split === undefined ? {} : { split }),
    ...(group === "" ? {} : { group }),
  };
}

function csvRecords(text: string, faults: string[]): TableRecord[] {
  const [header, ...records] = parseCsv(text);
  const columns = (header?.fields ?? []).map((name) => name.trim().toLowerCase());
  requireColumns(columns, faults);
  return records.map(({ line, fields }) => {
    if (fields.length !== columns.length)
      faults.push(`line ${line}: expected ${columns.length} fields, got ${fields.length}`);
    return { line, values: new Map(columns.map((name, i) => [name, (fields[i] ?? "").trim()])) };
  });
}

function requireColumns(columns: readonly string[], faults: string[]): void {
  const hasPath = columns.includes("file_name") || columns.includes("path");
  if (!hasPath || !columns.includes("label"))
    faults.push(`line 1: expected the columns file_name (or path) and label, got ${quoteList(columns, 12)}`);
}

function jsonRecords(text: string, faults: string[]): TableRecord[] {
  const lines = text.split(/\r?\n/).map((content, i) => ({ content, line: i + 1 }));
  return lines
    .filter(({ content }) => content.trim() !== "")
    .flatMap(({ content, line }) => {
      const value = parseObject(content);
      if (value === null)
        faults.push(`line ${line}: expected a JSON object, got ${JSON.stringify(content.slice(0, 40))}`);
      else return { line, values: textValues(value) };
      return [];
    });
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Texts as they are, numbers as written (a label may be 7); anything else counts as absent. */
function textValues(record: object): Map<string, string> {
  const pairs = Object.entries(record).filter(([, value]) => ["string", "number"].includes(typeof value));
  return new Map(pairs.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file)); // drops the byte order mark
  } catch (cause) {
    throw new RootstockError(
      "E_MANIFEST",
      `${JSON.stringify(file)}: expected a text in UTF-8 (${String(cause)}).`,
      {
        hint: "Save the table as CSV UTF-8.",
        cause,
      },
    );
  }
}

function faulty(file: string, faults: readonly string[]): RootstockError {
  const shown = faults.slice(0, 5).join("; ");
  const rest = faults.length > 5 ? `; and ${faults.length - 5} more` : "";
  return new RootstockError("E_MANIFEST", `${basename(file)}: ${shown}${rest}.`, {
    hint: "The table needs the columns file_name,label and may have split,group.",
  });
}

function byPath(a: FoundImage, b: FoundImage): number {
  return a.path < b.path ? -1 : 1;
}
