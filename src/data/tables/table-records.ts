import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { RootstockError, quoteList } from "../../base/errors.ts";
import { readingHint, reasonOf } from "../../base/system-error.ts";
import { type CsvRecord, parseCsv } from "./parse-csv.ts";

/** One record, by column name in lower case; an empty or absent field is "". */
export interface TableRecord {
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
}

const jsonExtensions: readonly string[] = [".jsonl", ".ndjson"];

/** Extensions of the tables that are read. */
export const tableExtensions: readonly string[] = [".csv", ".tsv", ...jsonExtensions];

/** The columns that mean something; others are passed over. */
const columns: readonly string[] = ["file_name", "path", "label", "split", "group", "sha256", "reason"];

/** Columns that a header must name: of each list one at least. */
export type NeededColumns = readonly (readonly [name: string, ...others: string[]])[];

const pictureColumns: NeededColumns = [["file_name", "path"], ["label"]];

/**
 * The records of a CSV with a header line, or of a JSONL file. Faulty lines are added to `faults` and left out.
 * Throws E_MANIFEST where the file cannot be read or is no text in UTF-8 or UTF-16.
 */
export async function readRecords(
  file: string,
  faults: string[],
  { needed = pictureColumns }: { needed?: NeededColumns } = {},
): Promise<TableRecord[]> {
  const text = await readText(file);
  const isJson = jsonExtensions.includes(extname(file).toLowerCase());
  return isJson ? jsonRecords(text, faults) : csvRecords(text, { faults, needed });
}

function csvRecords(
  text: string,
  { faults, needed }: { faults: string[]; needed: NeededColumns },
): TableRecord[] {
  const isBlank = ({ fields }: CsvRecord): boolean => fields.every((field) => field.trim() === "");
  const [header, ...records] = parseCsv(text).filter((record) => !isBlank(record)); // ";;;" separates blocks
  const names = (header?.fields ?? []).map((name) => name.trim().toLowerCase());
  requireColumns(names, { faults, needed });
  return records.flatMap(({ line, fields }) => {
    const surplus = fields.slice(names.length).filter((field) => field.trim() !== "");
    if (fields.length >= names.length && surplus.length === 0)
      return { line, values: new Map(names.map((name, i) => [name, fields[i]!.trim()])) };
    faults.push(`line ${line}: expected ${names.length} fields, got ${fields.length}`);
    return [];
  });
}

function requireColumns(
  names: readonly string[],
  { faults, needed }: { faults: string[]; needed: NeededColumns },
): void {
  const wanted = needed.map(([name, ...others]) => name + others.map((other) => ` (or ${other})`).join(""));
  if (!needed.every((list) => list.some((name) => names.includes(name))))
    faults.push(`line 1: expected the columns ${wanted.join(" and ")}, got ${quoteList(names, 12)}`);
  const twice = columns.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0)
    faults.push(`line 1: expected each column once, got ${quoteList(twice)} more than once`);
}

function jsonRecords(text: string, faults: string[]): TableRecord[] {
  const lines = text.split(/\r\n|\r|\n/).map((content, i) => ({ content, line: i + 1 }));
  return lines
    .filter(({ content }) => content.trim() !== "")
    .flatMap(({ content, line }) => {
      const value = parseObject(content);
      if (value === null)
        faults.push(`line ${line}: expected a JSON object, got ${JSON.stringify(content.slice(0, 40))}`);
      else return { line, values: textValues(value, line, faults) };
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

/** Texts as they are, numbers and truth values as written (a label may be 7, or true); null counts as absent. */
function textValues(record: object, line: number, faults: string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(record) as [string, unknown][]) {
    const name = key.toLowerCase();
    if (value === null || value === undefined) continue;
    if (typeof value !== "object") values.set(name, String(value).trim());
    else if (columns.includes(name))
      faults.push(`line ${line}: expected one ${name}, got ${JSON.stringify(value).slice(0, 40)}`);
  }
  return values;
}

/** UTF-8, or UTF-16 where a byte order mark says so, as spreadsheets save "Unicode text". */
async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const hint = readingHint(file, cause);
    throw new RootstockError(
      "E_MANIFEST",
      `${JSON.stringify(file)}: the table cannot be read (${reasonOf(cause)}).`,
      { hint, cause },
    );
  });
  const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
  const encoding = mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes); // drops the byte order mark
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
