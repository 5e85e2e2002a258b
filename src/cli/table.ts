import { escapeControls } from "../base/quote-name.ts";
import { padText, textWidth } from "../base/text-width.ts";
import { breakText, wrapText } from "../base/wrap-text.ts";

/** How a table is laid out. */
export interface TableOptions {
  /** Columns of the terminal; default: as wide as it comes. */
  readonly width?: number | undefined;
  /** Headings of columns that may be left out where there is no room, the first to go first. */
  readonly spare?: readonly string[];
}

/**
 * Rows under headings, as lines for a terminal: columns as wide as their widest cell, numbers to the right, control
 * characters of file and class names escaped. No trailing spaces. Wider than `width`, words wrap inside their column;
 * then spare columns are left out; then long words break; then each row becomes lines of its own, `heading  value`.
 *
 * @example
 * formatTable(["class", "images"], [["daisy", "200"], ["蒲公英", "12"]])
 * // class   images
 * // ──────  ──────
 * // daisy      200
 * // 蒲公英      12
 */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { width = Infinity, spare = [] }: TableOptions = {},
): string[] {
  const columns = headings.map((heading, c) =>
    columnOf(
      escapeControls(heading),
      rows.map((row) => escapeControls(row[c] ?? "")),
    ),
  );
  for (let left = 0; left <= spare.length; left += 1) {
    const kept = columns.filter(({ heading }) => !spare.slice(0, left).includes(heading));
    const widths = widthsFor(kept, width, ({ longestWord }) => longestWord);
    if (widths !== null) return linesOf(kept, widths, rows.length);
  }
  const needed = columns.filter(({ heading }) => !spare.includes(heading));
  const widths = widthsFor(needed, width, ({ heading }) => Math.max(leastWidth, textWidth(heading)));
  if (widths !== null) return linesOf(needed, widths, rows.length);
  return recordsOf(columns, rows.length, width);
}

const gap = "  ";
/** A column of words is not made narrower. */
const leastWidth = 8;

interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
  /** Where a cell's blanks go: numbers line up at their end, words at their start. */
  readonly side: "start" | "end";
  readonly widest: number;
  /** Of the heading and the words. */
  readonly longestWord: number;
}

function columnOf(heading: string, cells: readonly string[]): Column {
  const all = [heading, ...cells];
  const words = [heading, ...cells.flatMap((cell) => cell.split(/(?<=\S) /))];
  return {
    heading,
    cells,
    side: sideOf(cells),
    widest: Math.max(...all.map(textWidth)),
    longestWord: Math.max(...words.map(textWidth)),
  };
}

/** Numbers, with a sign, a unit or as a range, line up at their end; a column with any word in it at its start. */
function sideOf(cells: readonly string[]): "start" | "end" {
  const filled = cells.filter((cell) => cell !== "");
  const number = /^[-−+<>]?\d[\d.,]*( ?(%|s|ms|min|h|kB|MB|GB))?( [-–] [<>]?\d[\d.,]*( ?%)?)?$/;
  return filled.length > 0 && filled.every((cell) => number.test(cell)) ? "start" : "end";
}

/** The widest column of words gives way first, down to its least; null where that is not enough. */
function widthsFor(
  columns: readonly Column[],
  width: number,
  leastOf: (column: Column) => number,
): number[] | null {
  const widths = columns.map(({ widest }) => widest);
  const least = columns.map((column) =>
    column.side === "start" ? column.widest : Math.min(column.widest, leastOf(column)),
  );
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1) - width;
  for (; excess > 0; excess -= 1) {
    const room = widths.map((one, c) => (one > least[c]! ? one : 0));
    const at = room.indexOf(Math.max(...room));
    if (room[at] === 0 || at === -1) return null;
    widths[at]! -= 1;
  }
  return widths;
}

function linesOf(columns: readonly Column[], widths: readonly number[], rowCount: number): string[] {
  const row = (cells: readonly string[]): string[] => {
    const parts = cells.map((cell, c) => cellLines(cell, widths[c]!));
    const height = Math.max(...parts.map((lines) => lines.length));
    return Array.from({ length: height }, (_, i) =>
      parts
        .map((lines, c) => padText(lines[i] ?? "", widths[c]!, columns[c]!.side))
        .join(gap)
        .trimEnd(),
    );
  };
  return [
    ...row(columns.map(({ heading }) => heading)),
    widths.map((width) => "─".repeat(width)).join(gap),
    ...Array.from({ length: rowCount }, (_, r) => row(columns.map(({ cells }) => cells[r]!))).flat(),
  ];
}

function cellLines(cell: string, width: number): string[] {
  return wrapText(cell, width).flatMap((line) => breakText(line, width));
}

/** `recipe    svm`, `accuracy  70.3 %`: a row after the other, where the terminal is too narrow for a table. */
function recordsOf(columns: readonly Column[], rowCount: number, width: number): string[] {
  const label = Math.max(...columns.map(({ heading }) => textWidth(heading)));
  return Array.from({ length: rowCount }, (_, r) => [
    ...(r === 0 ? [] : [""]),
    ...columns
      .filter(({ cells }) => cells[r] !== "")
      .flatMap(({ heading, cells }) =>
        wrapText(`${padText(heading, label)}${gap}${cells[r]!.trim()}`, width),
      ),
  ]).flat();
}
