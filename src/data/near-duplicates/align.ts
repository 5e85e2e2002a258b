import { type Window, lookThrough } from "./windows.ts";

/** Cells across that pictures are laid on each other with. */
const side = 12;
/** The first step of a window's edge, as a share, and the least. */
const [coarse, fine] = [0.025, 0.004];
/** The least of the area that a window may keep. */
const leastArea = 0.76;

/**
 * How like a picture is to the part of another that it fits best: the correlation of their brightness, after the edges of
 * `start` were moved until it rises no more. 1 for a crop, whatever its brightness and contrast. Shapes: two sketches.
 * Where even the start is below `least`, that is returned: nothing that is moved so little will come near.
 */
export function alignedLikeness(
  { picture, part }: { picture: Float64Array; part: Float64Array },
  start: Window,
  least: number,
): number {
  const goal = centred(lookThrough(part, { left: 0, right: 1, top: 0, bottom: 1 }, side));
  const likeness = (window: Window): number => product(centred(lookThrough(picture, window, side)), goal);
  let best = { window: start, likeness: likeness(start) };
  if (best.likeness < least) return best.likeness;
  for (let step = coarse; step > fine;) {
    const better = neighbours(best.window, step)
      .map((window) => ({ window, likeness: likeness(window) }))
      .reduce((one, other) => (other.likeness > one.likeness ? other : one), best);
    if (better === best) step /= 2;
    else best = better;
  }
  return best.likeness;
}

/** The window with an edge moved, where it stays inside the picture and large enough. */
function neighbours(window: Window, step: number): Window[] {
  return (["left", "right", "top", "bottom"] as const)
    .flatMap((edge) => [step, -step].map((by) => ({ ...window, [edge]: window[edge] + by })))
    .filter(
      ({ left, right, top, bottom }) =>
        Math.min(left, top) >= 0 &&
        Math.max(right, bottom) <= 1 &&
        (right - left) * (bottom - top) >= leastArea,
    );
}

/** Less their mean, of length 1. */
function centred(cells: Float64Array): Float64Array {
  const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  const apart = cells.map((cell) => cell - mean);
  const length = Math.sqrt(product(apart, apart)) || 1;
  return apart.map((cell) => cell / length);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
