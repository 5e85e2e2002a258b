import { RootstockError } from "../../base/errors.ts";

/** One record of a table, with the line it begins at, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits a CSV text into records: fields in double quotes may hold separators, line ends and doubled quotes; lines end
 * in LF, CRLF or CR; empty lines are passed over. Source: RFC 4180. The separator is what a first line `sep=;` says, as
 * spreadsheets write it, else the one of comma, semicolon, tab and bar that the first line has most of.
 *
 * Throws E_MANIFEST for a quote that is never closed.
 *
 * @example
 * parseCsv('path,label\n"a,1.jpg",daisy\n')[1]; // { line: 2, fields: ["a,1.jpg", "daisy"] }
 */
export function parseCsv(text: string): CsvRecord[] {
  const announced = /^"?sep=([^\w\s"]|\t)"?(?:\r\n|\r|\n|$)/i.exec(text);
  if (announced !== null) return recordsOf(text, { separator: announced[1]!, start: announced[0].length });
  return recordsOf(text, { separator: separatorOf(text), start: 0 });
}

function recordsOf(
  text: string,
  { separator, start: from }: { separator: string; start: number },
): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = from === 0 ? 1 : 2;
  let start = line;
  for (const { field, end } of fieldsOf(text.slice(from), separator)) {
    fields.push(field.text);
    line += field.lines;
    if (end === separator) continue;
    if (fields.length > 1 || fields[0] !== "") records.push({ line: start, fields });
    fields = [];
    start = line += 1;
  }
  return records;
}

interface Field {
  readonly text: string;
  /** Line ends inside its quotes. */
  readonly lines: number;
}

/** Fields in order, each with what ended it: the separator, or "" for the end of a record. */
function* fieldsOf(text: string, separator: string): Generator<{ field: Field; end: string }> {
  const plain = new RegExp(`[^\\${separator}\r\n]*`, "y");
  const quoted = /"((?:[^"]|"")*)"/y;
  let at = 0;
  while (at < text.length) {
    const pattern = text[at] === '"' ? quoted : plain;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw openQuote(text, at);
    const inside = match[1]?.replaceAll('""', '"');
    at = pattern.lastIndex;
    plain.lastIndex = at; // characters behind a closing quote are kept, as spreadsheets do
    const rest = pattern === quoted ? plain.exec(text)![0] : "";
    at += rest.length;
    const field = { text: (inside ?? match[0]) + rest, lines: (inside ?? "").split("\n").length - 1 };
    const isMore = text[at] === separator;
    yield { field, end: isMore ? separator : "" };
    at += text.startsWith("\r\n", at) ? 2 : 1;
    if (isMore && at === text.length) yield { field: { text: "", lines: 0 }, end: "" };
  }
}

function separatorOf(text: string): string {
  const first = text.trimStart().split(/[\r\n]/, 1)[0]!;
  const counts = [",", ";", "\t", "|"].map((separator) => ({
    separator,
    count: first.split(separator).length,
  }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}

function openQuote(text: string, at: number): RootstockError {
  const line = text.slice(0, at).split("\n").length;
  return new RootstockError("E_MANIFEST", `table: the quote opened in line ${line} is never closed.`, {
    hint: 'Close it, or double it ("") if it belongs to the text.',
  });
}
