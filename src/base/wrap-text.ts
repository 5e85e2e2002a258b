import { keepUnits, noBreakSpace } from "./format-number.ts";
import { textWidth } from "./text-width.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Marks that Chinese and Japanese do not begin a line with. */
const closing = /^[、。，．：；？！）」』】》〉”’％…]/u;

/**
 * A line broken between words so that none is wider than `width` columns (Infinity breaks nothing). What follows stands
 * under the first word, or under the value where the line is `label  value`. A number
 * keeps its unit. A word that is wider than a line, a path it may be, stays whole, so that it can be copied; Chinese, which has no blanks, breaks between any two characters, but
 * not before a closing mark.
 *
 * @example
 * wrapText("report  a name of three words", 20); // ["report  a name of", "        three words"]
 */
export function wrapText(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const [lead = ""] = /^\s*(?:\S+ {2,})?/.exec(line) ?? [];
  const hang = textWidth(lead) <= width / 2 ? textWidth(lead) : 2;
  const lines: string[] = [];
  let current = lead;
  let isFresh = true;
  for (const { text, gap } of piecesOf(keepUnits(line.slice(lead.length)))) {
    const added = isFresh ? text : gap + text;
    if (!isFresh && textWidth(current + added) > width) {
      lines.push(current);
      current = " ".repeat(hang) + text;
    } else current += added;
    isFresh = false;
  }
  return [...lines, current].map((one) => one.replaceAll(noBreakSpace, " "));
}

/** A line cut into parts of at most `width` columns wherever that falls: for cells, whose words cannot stick out. */
export function breakText(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const parts = [""];
  for (const { segment } of segmenter.segment(line)) {
    const isFull = textWidth(parts.at(-1)! + segment) > width && parts.at(-1) !== "";
    if (isFull) parts.push(segment);
    else parts[parts.length - 1] += segment;
  }
  return parts;
}

/** A piece that does not part, and the blanks that stand between it and the piece before. */
interface Piece {
  readonly text: string;
  readonly gap: string;
}

function piecesOf(text: string): Piece[] {
  return [...text.matchAll(/( *)([^ ]+)/g)].flatMap(([, gap = "", word = ""]) =>
    partsOf(word).map((part, i) => ({ text: part, gap: i === 0 ? gap : "" })),
  );
}

/** A word, taken apart between wide characters. */
function partsOf(word: string): string[] {
  const parts: string[] = [];
  let wasWide = false;
  for (const { segment } of segmenter.segment(word)) {
    const isWide = textWidth(segment) === 2;
    const mayBreak = (isWide || wasWide) && !closing.test(segment);
    if (parts.length === 0 || mayBreak) parts.push(segment);
    else parts[parts.length - 1] += segment;
    wasWide = isWide;
  }
  return parts;
}
