import { formatPercent, formatQuantity, formatSeconds } from "../base/format-number.ts";
import { quoteWord } from "../base/quote-word.ts";
import type { TrainResult, TrainedCourse } from "../workflow/train.ts";

/** The result of `train` for people: what was made, how well it went, where it lies, and what to do next. */
export function trainedText(result: TrainResult): string {
  const { model, recipe, backbones, images, classes, skipped, seconds, training } = result;
  return [
    `${recipe} on ${backbones.join(" + ")}, ${formatQuantity(images, "image")}, ` +
      `${formatQuantity(classes.length, "class", "classes")}, ${formatSeconds(seconds)}` +
      (skipped.length > 0 ? `, ${skipped.length} skipped` : ""),
    ...(training === null ? [] : courseLines(training)),
    `model    ${model}`,
    ...(training === null ? [] : [`figures  ${training.figures}`]),
    `next     rootstock predict ${quoteWord(model)} PHOTO...`,
  ].join("\n");
}

function courseLines({ epochs, bestEpoch, validationAccuracy, imagesSeen }: TrainedCourse): string[] {
  const kept = bestEpoch === 0 ? "none was better than the start" : `epoch ${bestEpoch} is kept`;
  return [
    `${formatQuantity(epochs, "epoch")}, ${formatQuantity(imagesSeen, "image")} seen; ${kept}: ` +
      `${formatPercent(validationAccuracy)} of the inner validation right`,
    "         (that part chose the epoch, so it flatters; `compare` measures)",
  ];
}
