import { padText, textWidth } from "../base/text-width.ts";
import { quoteWord } from "../base/quote-word.ts";
import { type Words, english } from "../words/en/en.ts";
import type { UpdateResult } from "../workflow/update.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";

/** The result of `update` for people: what changed, which kind of update it was, and where the new version lies; as lines. */
export function updatedText(result: UpdateResult, words: Words = english): string[] {
  const { kind, oldPhotos, previous, skipped, classesAdded, classesGone } = result;
  const { results, counts, comparison } = words;
  if (kind === "none") return [results.update.none];
  const { labels, ...texts } = results.update;
  const width = Math.max(...Object.values(labels).map(textWidth)) + 2;
  const line = (name: keyof typeof labels, value: string): string => padText(labels[name], width) + value;
  return [
    line("photos", texts.photos(result)),
    line("classes", texts.classes(result.classes.length, classesAdded, classesGone)),
    line("kind", texts.kinds[kind](result.seconds, result.start)),
    ...(oldPhotos === null ? [] : [line("before", texts.oldPhotos(oldPhotos))]),
    ...(skipped.length > 0
      ? [results.section(results.skipped), ...findingLines(skipped, counts.files, words)]
      : []),
    line("model", shownPath(result.model)),
    ...(previous === null ? [] : [line("previous", shownPath(previous))]),
    line("next", `rootstock predict ${quoteWord(shownPath(result.model))} ${comparison.photo}...`),
  ];
}
