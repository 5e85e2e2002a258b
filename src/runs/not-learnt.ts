import type { Manifest } from "../data/manifest.ts";
import { type Words, english } from "../words/en/en.ts";

/** What a reader of the verdict could take for learnt and is not, in a sentence each. */
export function notLearnt(
  { holdoutOnly, emptyFolders }: Pick<Manifest, "holdoutOnly" | "emptyFolders">,
  { verdict }: Pick<Words, "verdict"> = english,
): string[] {
  return [
    ...(holdoutOnly.length === 0 ? [] : [verdict.neverLearnt(holdoutOnly)]),
    ...(emptyFolders.length === 0 ? [] : [verdict.noPicture(emptyFolders)]),
  ];
}
