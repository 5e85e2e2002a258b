import { escapeControls } from "../base/quote-name.ts";
import { padText, textWidth } from "../base/text-width.ts";

export interface TableOptions {
  /** Bold headings. Default false; callers ask `hasColour`. */
  readonly isColoured?: boolean;
}

/**
 * Rows under headings, for a terminal: columns as wide as their widest cell, numbers to the right, control characters
 * of file and class names escaped. No trailing spaces, no line break at the end.
 *
 * @example
 * formatTable(["class", "images"], [["daisy", "200"], ["蒲公英", "12"]])
 * // class   images
 * // ──────  ──────
 * // daisy      200
 * // 蒲公英      12
 */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { isColoured = false }: TableOptions = {},
): string {
  const cells = rows.map((row) => columns.map((_, c) => escapeControls(row[c] ?? "")));
  const heads = columns.map(escapeControls);
  const widths = heads.map((head, c) => Math.max(textWidth(head), ...cells.map((row) => textWidth(row[c]!))));
  const sides = heads.map((_, c) => sideOf(cells.map((row) => row[c]!)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => padText(cell, widths[c]!, sides[c]))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const head = isColoured ? `\u001b[1m${line(heads)}\u001b[22m` : line(heads);
  return [head, rule, ...cells.map(line)].join("\n");
}

/** Numbers, with a sign, a unit or as a range, line up at their end; a column with any word in it at its start. */
function sideOf(cells: readonly string[]): "start" | "end" {
  const filled = cells.filter((cell) => cell !== "");
  const number = /^[-−+<>]?\d[\d.,]*( ?(%|s|ms|min|h|kB|MB|GB))?( [-–] [<>]?\d[\d.,]*( ?%)?)?$/;
  return filled.length > 0 && filled.every((cell) => number.test(cell)) ? "start" : "end";
}

/** Whether colour is welcome on `stream`: a terminal, NO_COLOR not set (https://no-color.org), TERM not "dumb". */
export function hasColour(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  const { NO_COLOR: noColour = "", TERM: terminal } = environment;
  return stream.isTTY === true && noColour === "" && terminal !== "dumb";
}
