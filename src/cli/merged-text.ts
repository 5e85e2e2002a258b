import { padText, textWidth } from "../base/text-width.ts";
import { quoteWord } from "../base/quote-word.ts";
import { type Words, english } from "../words/en/en.ts";
import type { MergeResult } from "../workflow/merge-models.ts";
import { shownPath } from "./shown-path.ts";

/** The result of `merge` for people, as lines. */
export function mergedText(result: MergeResult, words: Words = english): string[] {
  const { kind, images, shared, classes, seconds } = result;
  const { labels, ...texts } = words.results.update;
  const width = Math.max(...Object.values(labels).map(textWidth)) + 2;
  const line = (name: keyof typeof labels, value: string): string => padText(labels[name], width) + value;
  const model = shownPath(result.model);
  return [
    line("photos", texts.merged(images, shared)),
    line("classes", texts.classes(classes.length, [], [])),
    line("kind", texts.kinds[kind](seconds)),
    line("model", model),
    line("next", `rootstock predict ${quoteWord(model)} ${words.comparison.photo}...`),
  ];
}
