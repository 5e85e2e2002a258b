/** Text on a terminal: how many columns it takes. */

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** East Asian Wide and Fullwidth, Unicode Standard Annex 11, joined into few ranges. */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

/** Columns of a terminal that `text` takes: 2 for Chinese, Japanese, Korean and emoji, 1 for the rest. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** `text` filled with spaces to `width` columns, at its end or, for numbers, in front. */
export function padText(text: string, width: number, side: "end" | "start" = "end"): string {
  const fill = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "end" ? text + fill : fill + text;
}

/** `text` cut to at most `width` columns (at least 1), with "…" where something is missing. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += textWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
