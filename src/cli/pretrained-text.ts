import { quoteWord } from "../base/quote-word.ts";
import { padText, textWidth } from "../base/text-width.ts";
import { english } from "../words/en/en.ts";
import type { PretrainResult } from "../workflow/pretrain.ts";
import { findingLines } from "./finding-lines.ts";
import { learningCurve } from "./learning-curve.ts";
import { shownPath } from "./shown-path.ts";
import type { TextOptions } from "./text-options.ts";

/** The result of `pretrain` for people: how it went, what came of it, where it lies, and what to do with it; as lines. */
export function pretrainedText(
  result: PretrainResult,
  { width, words = english }: TextOptions = {},
): string[] {
  const { architecture, images, unlabelled, classes, history, seconds, teacher, skipped } = result;
  const { pretraining: said, counts, results } = words;
  const data = [
    counts.images(images),
    ...(unlabelled > 0 ? [said.unlabelled(unlabelled)] : []),
    counts.classes(classes.length),
  ];
  const margin = Math.max(...Object.values(said.labels).map(textWidth)) + 2;
  const line = (name: keyof typeof said.labels, text: string): string =>
    padText(said.labels[name], margin) + text;
  const curve = learningCurve(
    history.flatMap(({ validationAccuracy }) => validationAccuracy ?? []),
    { width: width ?? Infinity },
  );
  return [
    said.head(architecture, data),
    ...(curve.length > 0 ? ["", said.curve, ...curve, ""] : []),
    line("trained", said.trained(history.length, seconds)),
    ...(teacher === null ? [] : [line("teacher", said.teacher(teacher.name, teacher.top1))]),
    line("top1", said.top1(result.top1, result.validationImages, result.status === "checked")),
    ...(skipped.length > 0
      ? [results.section(said.labels.skipped), ...findingLines(skipped, counts.files, words)]
      : []),
    line("backbone", shownPath(result.backbone)),
    line("head", shownPath(result.head)),
    line("filters", shownPath(result.filters)),
    line("figures", shownPath(result.figures)),
    line("next", `rootstock compare photos --backbone ${quoteWord(shownPath(result.backbone))}`),
  ];
}
