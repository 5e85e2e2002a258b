import { createRandom } from "../base/random.ts";
import type { ClassMix } from "./label-shift.ts";

/**
 * Rows of a labelled sample drawn so that their classes have the mix asked for, at most `limit`: what new photos are compared
 * with, so that a change of the mix alone does not look like a change of the photos. As many as the scarcest class allows, and
 * where that would be fewer than `least`, so many, of which that class then has too few. Ascending. Shapes: N, K -> n.
 */
export function drawMatching(
  labels: Int32Array,
  mix: ClassMix,
  { limit, least, seed }: { limit: number; least: number; seed: number },
): Int32Array {
  const byClass = Array.from(mix, (_, k) => [...labels.keys()].filter((row) => labels[row] === k));
  const reach = Math.min(
    ...byClass.map((rows, k) => (mix[k]! * limit < 0.5 ? limit : rows.length / mix[k]!)),
  );
  const size = Math.min(limit, labels.length, Math.max(reach, least));
  const random = createRandom(seed).fork("matching");
  let [asked, given] = [0, 0];
  const drawn = byClass.flatMap((rows, k) => {
    asked += mix[k]! * size;
    const share = Math.round(asked) - given; // what is rounded off goes to the next class
    given += share;
    return random.fork(k).shuffle(rows).slice(0, share);
  });
  return Int32Array.from(drawn).sort();
}
