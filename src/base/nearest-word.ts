/**
 * The known word that a misspelt one most likely means, or undefined where none is near: case, spaces, `-`, `_` and `.`
 * do not count; then the fewest letters put in, left out, changed or swapped with a neighbour (Damerau-Levenshtein's
 * optimal string alignment), at most one for every three letters; then the beginning or the end of a longer word.
 * Of equals the first in the list.
 *
 * @example
 * nearestWord("mobilenetv2", ["alexnet", "mobilenet_v2"]); // "mobilenet_v2"
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const letters = lettersOf(word);
  if (letters === "") return undefined;
  const ranked = known.map((one) => ({ one, distance: distanceBetween(letters, lettersOf(one)) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best && best.distance <= Math.floor(letters.length / 3)) return best.one;
  if (letters.length < 3) return undefined;
  return known.find((one) => lettersOf(one).startsWith(letters) || lettersOf(one).endsWith(letters));
}

/** `Did you mean "mobilenet_v2"? `, with a blank behind it for the hint that follows; empty where no word is near. */
export function suggestWord(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : `Did you mean ${JSON.stringify(nearest)}? `;
}

/** Longer words than this are nobody's slip, and not worth a table of their square. */
const longestLetters = 64;

function lettersOf(word: string): string {
  return word
    .toLowerCase()
    .replace(/[\s._-]/g, "")
    .slice(0, longestLetters);
}

/** d(i, j) over the first i letters of `a` and j of `b`, row by row; only the last two rows are kept. */
function distanceBetween(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change, swapped));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
