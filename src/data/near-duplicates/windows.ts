import { sketchSide } from "../../image/sketch.ts";

/** A part of a picture, as shares of its sides. */
export interface Window {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Steps in which windows are laid, and the most that is cut from a side. */
const [step, most] = [0.05, 0.2];

/** The least of the area that a crop may keep, less half a step, so that the nearest window of each is there. */
const leastArea = 0.785;

const whole: Window = { left: 0, right: 1, top: 0, bottom: 1 };

/** The whole picture first, then every window that keeps about four fifths of it: a crop of the picture is near one of them. */
export const windows: readonly Window[] = [whole, ...cropWindows()];

function cropWindows(): Window[] {
  const cuts = Array.from({ length: most / step + 1 }, (_, i) => i * step);
  const spans = cuts.flatMap((low) => cuts.map((high) => [low, 1 - high] as const));
  return spans.flatMap(([left, right]) =>
    spans.flatMap(([top, bottom]) => {
      const isWhole = right - left + (bottom - top) > 1.999;
      const fits = (right - left) * (bottom - top) >= leastArea;
      return fits && !isWhole ? [{ left, right, top, bottom }] : [];
    }),
  );
}

/**
 * A window of a sketch in `side` x `side` cells, each the mean of what it covers. Shapes: 24 x 24 -> side x side.
 */
export function lookThrough(cells: Float64Array, window: Window, side: number): Float64Array {
  return lookDown(lookAcross(cells, window, side), window, side);
}

/** The same for many windows of one sketch, in their order: those between the same left and right share their first half. */
export function* lookThroughAll(
  cells: Float64Array,
  seen: readonly Window[],
  side: number,
): Generator<Float64Array> {
  const across = new Map<number, Float64Array>();
  for (const window of seen) {
    const span = 100 * window.left + window.right;
    const narrow = across.get(span) ?? lookAcross(cells, window, side);
    across.set(span, narrow);
    yield lookDown(narrow, window, side);
  }
}

/** Shapes: 24 x 24 -> 24 x side. */
function lookAcross(cells: Float64Array, { left, right }: Window, side: number): Float64Array {
  const narrow = new Float64Array(sketchSide * side);
  for (let y = 0; y < sketchSide; y += 1)
    shrinkLine(cells, { from: y * sketchSide, by: 1, low: left, high: right }, narrow, {
      to: y * side,
      by: 1,
      side,
    });
  return narrow;
}

/** Shapes: 24 x side -> side x side. */
function lookDown(narrow: Float64Array, { top, bottom }: Window, side: number): Float64Array {
  const seen = new Float64Array(side * side);
  for (let x = 0; x < side; x += 1)
    shrinkLine(narrow, { from: x, by: side, low: top, high: bottom }, seen, { to: x, by: side, side });
  return seen;
}

interface Line {
  readonly from: number;
  readonly by: number;
  readonly low: number;
  readonly high: number;
}

/** Writes means of `side` equal pieces of a line of cells between two shares of its length; cells that a piece cuts count in part. */
function shrinkLine(
  values: Float64Array,
  { from, by, low, high }: Line,
  means: Float64Array,
  place: { readonly to: number; readonly by: number; readonly side: number },
): void {
  const { side } = place;
  const width = ((high - low) * sketchSide) / side;
  for (let cell = 0; cell < side; cell += 1) {
    const start = low * sketchSide + cell * width;
    const end = start + width;
    let sum = 0;
    for (let i = Math.floor(start + 1e-9); i < sketchSide && i < end - 1e-9; i += 1)
      sum += values[from + i * by]! * (Math.min(end, i + 1) - Math.max(start, i));
    means[place.to + cell * place.by] = sum / width;
  }
}

/** A sketch as in a mirror. */
export function mirrored(cells: Float64Array): Float64Array {
  return cells.map((_, i) => cells[i - (i % sketchSide) + sketchSide - 1 - (i % sketchSide)]!);
}
