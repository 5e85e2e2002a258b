import type { Cell, TableForm, TableHead } from "./table-form.ts";

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/**
 * CSV with a line of names. A list is as many columns as it has numbers, `features0` and so on, so it needs a length of
 * its own: that of the first row. Source: RFC 4180, with line feeds.
 */
export function csvForm({ columns }: TableHead): TableForm {
  let isNamed = false;
  const names = (first: readonly Cell[]): string[] =>
    columns.flatMap(({ name }, i) => {
      const cell = first[i] ?? null;
      return isList(cell) ? Array.from({ length: cell.length }, (_, j) => `${name}${j}`) : [name];
    });
  const head = (first: readonly Cell[]): string[] => {
    if (isNamed) return [];
    isNamed = true;
    return [lineOf(names(first))];
  };
  return {
    begin: () => nothing,
    rows: (block) => encoder.encode([...head(block[0] ?? []), ...block.map(csvLine)].join("")),
    end: () => encoder.encode(head([]).join("")),
  };
}

/** One JSON object a line, the columns' names as keys; a cell without a value is left out. */
export function jsonlForm({ columns }: TableHead): TableForm {
  const line = (row: readonly Cell[]): string => {
    const entries = columns.flatMap(({ name }, i): [string, unknown][] => {
      const cell = row[i] ?? null;
      return cell === null ? [] : [[name, isList(cell) ? Array.from(cell) : cell]];
    });
    return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}\n`;
  };
  return {
    begin: () => nothing,
    rows: (block) => encoder.encode(block.map(line).join("")),
    end: () => nothing,
  };
}

function csvLine(row: readonly Cell[]): string {
  return lineOf(
    row.flatMap((cell) => (isList(cell) ? Array.from(cell, String) : [cell === null ? "" : String(cell)])),
  );
}

/** A line of CSV, its end included. */
export function lineOf(fields: readonly string[]): string {
  return `${fields.map(csvField).join(",")}\n`;
}

/** A field as RFC 4180 writes it: quoted where it has to be. */
export function csvField(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function isList(cell: Cell): cell is ArrayLike<number> {
  return typeof cell === "object" && cell !== null;
}
