import type { Image } from "./image.ts";

/** Cells across and down. */
export const sketchSide = 24;

/** Levels of a cell, a character each. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Pixels looked at in each direction of a cell, at most: enough of a large photo, and as quick as of a small one. */
const samples = 6;

/**
 * A picture in 576 characters, by which it is known again when it was reduced, encoded anew, cropped a little, mirrored or
 * made brighter: the mean brightness of 24 x 24 cells, whatever the picture's sides, stretched to 64 levels between its darkest cell and its
 * brightest. Empty for a picture without so much as eight levels between them, of which nothing can be known again.
 */
export function sketchOf({ width, height, data }: Image): string {
  const [columns, rows] = [samplesOf(width), samplesOf(height)];
  const cells = new Float64Array(sketchSide ** 2);
  for (let cell = 0; cell < cells.length; cell += 1) {
    const [across, down] = [columns[cell % sketchSide]!, rows[Math.floor(cell / sketchSide)]!];
    let sum = 0;
    for (const y of down)
      for (const x of across) {
        const at = 3 * (y * width + x);
        sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      }
    cells[cell] = sum / (across.length * down.length);
  }
  const [low, high] = [Math.min(...cells), Math.max(...cells)];
  if (high - low < 8) return "";
  return Array.from(cells, (level) => alphabet[Math.round((63 * (level - low)) / (high - low))]).join("");
}

/** The cells of a sketch, row by row, from 0 to 63; null for an empty one. Shape: 24 x 24. */
export function readSketch(sketch: string): Float64Array | null {
  if (sketch === "") return null;
  return Float64Array.from(sketch, (letter) => alphabet.indexOf(letter));
}

/** Of each cell along a side of `length` pixels, those that are looked at, evenly spread. */
function samplesOf(length: number): number[][] {
  const step = length / sketchSide;
  const count = Math.max(1, Math.min(samples, Math.floor(step)));
  return Array.from({ length: sketchSide }, (_, cell) =>
    Array.from({ length: count }, (__, i) =>
      Math.min(length - 1, Math.floor((cell + (i + 0.5) / count) * step)),
    ),
  );
}
