import { formatPercent } from "../base/format-number.ts";
import { textWidth } from "../base/text-width.ts";
import { type Words, english } from "../words/en/en.ts";
import type { EvaluationResult } from "../workflow/evaluate-model.ts";
import { findingLines } from "./finding-lines.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/** The result of `evaluate` for people, as lines: accuracy, each class, and who was taken for whom. */
export function evaluationTable(
  result: EvaluationResult,
  { width, words = english }: TextOptions = {},
): string[] {
  const { evaluate, section, skipped: heading } = words.results;
  const perClass = result.perClass.map(({ label, precision, recall, f1, support }) => [
    label,
    String(support),
    formatPercent(precision),
    formatPercent(recall),
    f1.toFixed(3),
  ]);
  const { skipped } = result;
  return [
    evaluate.accuracy(result.accuracy, result.macroF1.toFixed(3), countsOf(result, words)),
    "",
    ...formatTable(evaluate.columns, perClass, { width }),
    "",
    ...confusionLines(result.confusion, { width, words }),
    ...(skipped.length > 0
      ? ["", section(heading), ...findingLines(skipped, words.counts.files, words)]
      : []),
  ];
}

/** The whole matrix where it fits; else the mistakes alone, the most frequent first. */
function confusionLines(
  { labels, matrix }: EvaluationResult["confusion"],
  { width, words }: Pick<TextOptions, "width"> & { words: Words },
): string[] {
  const { corner, noMistake, mistakes: columns, rarer } = words.results.evaluate;
  const whole = formatTable(
    [corner, ...labels],
    matrix.map((row, k) => [labels[k]!, ...row.map(String)]),
  );
  if (whole.every((line) => textWidth(line) <= (width ?? Infinity))) return whole;
  const mistakes = matrix
    .flatMap((row, truth) => row.map((count, answer) => ({ truth, answer, count })))
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.count - a.count);
  if (mistakes.length === 0) return [noMistake];
  const rows = mistakes
    .slice(0, 20)
    .map(({ truth, answer, count }) => [labels[truth]!, labels[answer]!, String(count)]);
  const rest = mistakes.length - rows.length;
  return [...formatTable(columns, rows, { width }), ...(rest > 0 ? [rarer(rest)] : [])];
}

function countsOf(
  { images, skipped, trainingImages, includesTraining }: EvaluationResult,
  { results: { evaluate } }: Words,
): string {
  const known = trainingImages ?? 0;
  return evaluate.join([
    evaluate.images(images),
    ...(known > 0 ? [includesTraining ? evaluate.trainedOn(known) : evaluate.leftOut(known)] : []),
    ...(skipped.length > 0 ? [evaluate.skipped(skipped.length)] : []),
  ]);
}
