import { quoteList } from "../base/errors.ts";
import type { Manifest } from "../data/manifest.ts";

/** What a reader of the verdict could take for learnt and is not, in a sentence each; "" where there is nothing. */
export function notLearnt({
  holdoutOnly,
  emptyFolders,
}: Pick<Manifest, "holdoutOnly" | "emptyFolders">): string {
  const sentences = [
    ...(holdoutOnly.length === 0
      ? []
      : [`Never learnt, since only the holdout has pictures of it: ${quoteList(holdoutOnly)}.`]),
    ...(emptyFolders.length === 0 ? [] : [`Without a picture, and so no class: ${quoteList(emptyFolders)}.`]),
  ];
  return sentences.map((sentence) => ` ${sentence}`).join("");
}
