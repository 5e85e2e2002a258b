import { padText, textWidth } from "../base/text-width.ts";
import { quoteWord } from "../base/quote-word.ts";
import { type Words, english } from "../words/en/en.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";
import type { TrainResult, TrainedCourse } from "../workflow/train.ts";

/** The result of `train` for people: what was made, how well it went, where it lies, and what to do next; as lines. */
export function trainedText(result: TrainResult, words: Words = english): string[] {
  const { model, recipe, backbones, images, classes, skipped, seconds, training } = result;
  const { counts, comparison, results } = words;
  const { head, labels, fitted, skipped: skippedCount } = results.train;
  const data = [
    counts.images(images),
    counts.classes(classes.length),
    ...(skipped.length > 0 ? [skippedCount(skipped.length)] : []),
  ];
  const line = labelled(labels);
  return [
    head(recipe, backbones, data),
    ...(training === null ? [line("fitted", fitted(seconds))] : courseLines(training, { seconds, words })),
    ...(skipped.length > 0
      ? [results.section(results.skipped), ...findingLines(skipped, counts.files, words)]
      : []),
    line("model", shownPath(model)),
    ...(training === null ? [] : [line("figures", shownPath(training.figures))]),
    line("next", `rootstock predict ${quoteWord(shownPath(model))} ${comparison.photo}...`),
  ];
}

type Labels = Words["results"]["train"]["labels"];

/** `model    runs/...`: values stand under each other. */
function labelled(labels: Labels): (name: keyof Labels, value: string) => string {
  const width = Math.max(...Object.values(labels).map(textWidth)) + 2;
  return (name, value) => padText(labels[name], width) + value;
}

function courseLines(
  { epochs, bestEpoch, validationAccuracy, isRefitted, imagesSeen }: TrainedCourse,
  { seconds, words }: { seconds: number; words: Words },
): string[] {
  const { labels, trained, kept, refitted } = words.results.train;
  const line = labelled(labels);
  return [
    line("trained", trained(epochs, imagesSeen, seconds)),
    line("kept", kept(bestEpoch, validationAccuracy)),
    ...(isRefitted ? [refitted] : []),
  ];
}
