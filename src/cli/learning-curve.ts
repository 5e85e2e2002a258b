import { formatPercent } from "../base/format-number.ts";

/** How a curve is drawn. */
export interface CurveOptions {
  /** Columns at most, the scale included; Infinity where nothing is cut. */
  readonly width: number;
}

/** Lines of the drawing, and eighths of a line. */
const height = 8;
const eighths = " ▁▂▃▄▅▆▇█";
const widest = 60;

/**
 * Shares (0 to 1) one after another as bars from 0 to the highest, with the scale on the left: how a training went, at one
 * look. Where there are more than fit, each bar is the last of those that fall into it.
 */
export function learningCurve(shares: readonly number[], { width }: CurveOptions): string[] {
  const highest = Math.max(...shares, 0);
  if (shares.length === 0 || highest === 0) return [];
  const scale = [formatPercent(highest), formatPercent(highest / 2), formatPercent(0)];
  const margin = Math.max(...scale.map((text) => text.length));
  const columns = Math.max(1, Math.min(widest, width - margin - 3, shares.length));
  const bars = Array.from({ length: columns }, (_, i) => {
    const last = Math.ceil(((i + 1) * shares.length) / columns) - 1;
    return Math.round((shares[last]! / highest) * height * 8);
  });
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * 8;
    const blocks = bars.map((bar) => eighths[Math.max(0, Math.min(8, bar - below))]).join("");
    const text =
      line === 0 ? scale[0]! : line === height / 2 ? scale[1]! : line === height - 1 ? scale[2]! : "";
    return `${text.padStart(margin)} │${blocks}`.trimEnd();
  });
}
