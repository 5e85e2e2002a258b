import type { Dimension } from "../graph.ts";

/** A number that inference cannot tell; it gets a name of its own where it becomes a dimension. */
export const unknown = "";

/** f(a, b) of two numbers; unknown where either is a name. */
export function combine(a: Dimension, b: Dimension, f: (a: number, b: number) => number): Dimension {
  return typeof a === "number" && typeof b === "number" ? f(a, b) : unknown;
}

/** The product; a name times ones is that name. */
export function product(dims: readonly Dimension[]): Dimension {
  return dims.reduce<Dimension>((a, b) => {
    if (a === 1) return b;
    return b === 1 ? a : combine(a, b, (x, y) => x * y);
  }, 1);
}

/**
 * Dimensions after broadcasting, or undefined where fixed ones disagree: aligned at the end, 1 stretches.
 * A name beside a number above 1 must turn out to be that number; two different names leave it unknown.
 */
export function broadcast(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] | undefined {
  const rank = Math.max(a.length, b.length);
  const out: Dimension[] = [];
  for (let i = 0; i < rank; i += 1) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) out.push(x);
    else if (x === 1) out.push(y);
    else if (typeof x === "number" && typeof y === "number") return undefined;
    else if (typeof x === "number") out.push(x);
    else out.push(typeof y === "number" ? y : unknown);
  }
  return out;
}

/** An axis counted from the front; undefined when it lies outside the rank. */
export function fromFront(axis: number, rank: number): number | undefined {
  const front = axis < 0 ? axis + rank : axis;
  return Number.isInteger(front) && front >= 0 && front < rank ? front : undefined;
}

/** How many steps a slice takes along a dimension; ONNX's clamping of negative and far ends. */
export function sliceRange(
  size: number,
  { start, end, step }: { start: number; end: number; step: number },
): { first: number; count: number } {
  const place = (at: number): number => (at < 0 ? at + size : at);
  const clamp = (at: number, low: number, high: number): number => Math.min(Math.max(at, low), high);
  const first = step > 0 ? clamp(place(start), 0, size) : clamp(place(start), 0, size - 1);
  const last = step > 0 ? clamp(place(end), 0, size) : clamp(place(end), -1, size - 1);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}
