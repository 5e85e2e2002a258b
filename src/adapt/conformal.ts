/**
 * How usual each new row is among rows that are known: the share of known rows at least as strange, itself counted,
 * (1 + #{known ≥ s}) / (1 + n). Of a row of the known kind it is below p with a chance of at most p.
 * `strangeness`: larger is stranger. Shapes: n known, m new -> m. In (0, 1].
 * Source: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005).
 */
export function typicality(known: ArrayLike<number>, fresh: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(known).sort();
  return Float64Array.from(fresh, (value) => (1 + countFrom(sorted, value)) / (1 + sorted.length));
}

/** The same of known rows among one another, each against the others and itself. Shape: n. */
export function ownTypicality(known: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(known).sort();
  return Float64Array.from(known, (value) => countFrom(sorted, value) / sorted.length);
}

/** How many of an ascending list are at least `value`. */
export function countFrom(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}
