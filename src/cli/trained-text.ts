import { formatCount, formatPercent, formatQuantity, formatSeconds } from "../base/format-number.ts";
import { quoteWord } from "../base/quote-word.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";
import type { TrainResult, TrainedCourse } from "../workflow/train.ts";

/** The result of `train` for people: what was made, how well it went, where it lies, and what to do next; as lines. */
export function trainedText(result: TrainResult): string[] {
  const { model, recipe, backbones, images, classes, skipped, seconds, training } = result;
  const data = [
    formatQuantity(images, "image"),
    formatQuantity(classes.length, "class", "classes"),
    ...(skipped.length > 0 ? [`${formatCount(skipped.length)} skipped`] : []),
  ];
  return [
    `${recipe} on ${backbones.join(" + ")}: ${data.join(", ")}`,
    ...(training === null ? [`fitted   in ${formatSeconds(seconds)}`] : courseLines(training, seconds)),
    ...(skipped.length > 0 ? ["skipped:", ...findingLines(skipped, "file")] : []),
    `model    ${shownPath(model)}`,
    ...(training === null ? [] : [`figures  ${shownPath(training.figures)}`]),
    `next     rootstock predict ${quoteWord(shownPath(model))} PHOTO...`,
  ];
}

function courseLines(course: TrainedCourse, seconds: number): string[] {
  const { epochs, bestEpoch, validationAccuracy, isRefitted, imagesSeen } = course;
  const kept = bestEpoch === 0 ? "the start: no epoch was better" : `epoch ${bestEpoch}`;
  return [
    `trained  ${formatQuantity(epochs, "epoch")}, ${formatQuantity(imagesSeen, "image")} seen, ${formatSeconds(seconds)}`,
    `kept     ${kept}; ${formatPercent(validationAccuracy)} of the inner validation right ` +
      "(which chose the epoch, so it flatters: compare measures)",
    ...(isRefitted ? ["refitted once more on all of the images, for as many epochs"] : []),
  ];
}
