import { DisjointSets } from "../../base/union-find.ts";
import { readSketch } from "../../image/sketch.ts";
import { alignedLikeness } from "./align.ts";
import { indexHashes } from "./hash-index.ts";
import { hashLayout, hashSide, partCount } from "./layout-hash.ts";
import { lookThrough, lookThroughAll, mirrored, windows } from "./windows.ts";

/** Bits in which the hash of a picture and that of the window it fits may differ. */
const radius = 10;
/** Correlation of two pictures laid on each other: at the nearest window, and moved into place. */
const [firstLikeness, sameLikeness] = [0.85, 0.96];
/** Beyond so many pictures crops are not looked for: their windows would take gigabytes. */
const mostForCrops = 200_000;

/**
 * Pairs of pictures of which one is the other reduced, encoded anew, cropped (four fifths of the area kept or more), mirrored,
 * brighter or darker. First the perceptual hash of each picture, and of it mirrored, is looked for among those of every
 * picture's windows; what is near is laid on that window and moved until it fits best. A pair whose two are joined by others already
 * is left out, so that many copies of one picture give few pairs. Shapes: N sketches -> pairs of indices, the smaller first.
 *
 * Why no network's features: `check` has none, and to a network two photos of one kind of flower may be nearer than a photo
 * and its crop.
 */
export function nearDuplicates(sketches: readonly string[]): [number, number][] {
  const pictures = sketches.map(readSketch);
  const seen = sketches.length <= mostForCrops ? windows : windows.slice(0, 1);
  const index = indexHashes(hashWindows(pictures, seen));
  const sets = new DisjointSets();
  const pairs: [number, number][] = [];
  for (const [part, cells] of pictures.entries()) {
    if (cells === null) continue;
    for (const turned of [cells, mirrored(cells)])
      for (const [other, window] of nearest(turned, index.near, seen.length)) {
        if (other === part || pictures[other] === null || sets.find(`${other}`) === sets.find(`${part}`))
          continue;
        const laid = { picture: pictures[other]!, part: turned };
        if (alignedLikeness(laid, seen[window]!, firstLikeness) < sameLikeness) continue;
        sets.join(`${other}`, `${part}`);
        pairs.push([Math.min(other, part), Math.max(other, part)]);
      }
  }
  return pairs;
}

/** The same among rows of a data set, one of each picture. */
export function nearDuplicatesOf(
  rows: readonly { readonly sha256: string; readonly sketch: string }[],
): [number, number][] {
  const first = [
    ...new Map(rows.map(({ sha256 }, row) => [sha256, row] as const).toReversed()).values(),
  ].sort((a, b) => a - b);
  const pairs = nearDuplicates(first.map((row) => rows[row]!.sketch));
  return pairs.map(([a, b]) => [first[a]!, first[b]!]);
}

/** Pairs of rows joined to groups, as paths; rows and groups in the order of the rows. */
export function groupsOfPairs(
  rows: readonly { readonly path: string }[],
  pairs: readonly (readonly [number, number])[],
): string[][] {
  const sets = new DisjointSets();
  for (const [a, b] of pairs) sets.join(`${a}`, `${b}`);
  const groups = new Map<string, string[]>();
  for (const row of [...new Set(pairs.flat())].sort((a, b) => a - b)) {
    const set = sets.find(`${row}`);
    groups.set(set, [...(groups.get(set) ?? []), rows[row]!.path]);
  }
  return [...groups.values()];
}

/** Every window of every picture; those of a picture without a sketch are nobody's: their hash has no picture. */
function hashWindows(pictures: readonly (Float64Array | null)[], seen: typeof windows): Uint32Array {
  const hashes = new Uint32Array(pictures.length * seen.length * partCount);
  for (const [i, cells] of pictures.entries()) {
    if (cells === null) continue;
    let at = i * seen.length * partCount;
    for (const view of lookThroughAll(cells, seen, hashSide)) {
      hashLayout(view, hashes, at);
      at += partCount;
    }
  }
  return hashes;
}

/** The pictures with a window near this one, each with the nearest. */
function nearest(
  cells: Float64Array,
  near: ReturnType<typeof indexHashes>["near"],
  windowCount: number,
): ReadonlyMap<number, number> {
  const hash = new Uint32Array(partCount);
  hashLayout(lookThrough(cells, windows[0]!, hashSide), hash, 0);
  const best = new Map<number, { readonly window: number; readonly bits: number }>();
  near(hash, 0, radius, (found, bits) => {
    const picture = Math.floor(found / windowCount);
    const known = best.get(picture);
    if (known === undefined || bits < known.bits) best.set(picture, { window: found % windowCount, bits });
  });
  return new Map([...best].map(([picture, { window }]) => [picture, window]));
}
