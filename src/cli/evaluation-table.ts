import { formatPercent, formatQuantity } from "../base/format-number.ts";
import type { EvaluationResult } from "../workflow/evaluate-model.ts";
import { textWidth } from "../base/text-width.ts";
import { findingLines } from "./finding-lines.ts";
import { type TableOptions, formatTable } from "./table.ts";

/** The result of `evaluate` for people, as lines: accuracy, each class, and who was taken for whom. */
export function evaluationTable(
  result: EvaluationResult,
  { width }: Pick<TableOptions, "width"> = {},
): string[] {
  const { mean, low, high } = result.accuracy;
  const perClass = result.perClass.map(({ label, precision, recall, f1, support }) => [
    label,
    String(support),
    formatPercent(precision),
    formatPercent(recall),
    f1.toFixed(3),
  ]);
  const { skipped } = result;
  return [
    `accuracy ${formatPercent(mean)} (95 % interval ${formatPercent(low)} - ${formatPercent(high)}), macro F1 ${result.macroF1.toFixed(3)}, ${countsOf(result)}`,
    "",
    ...formatTable(["class", "images", "precision", "recall", "F1"], perClass, { width }),
    "",
    ...confusionLines(result.confusion, width),
    ...(skipped.length > 0 ? ["", "skipped:", ...findingLines(skipped, "file")] : []),
  ];
}

/** The whole matrix where it fits; else the mistakes alone, the most frequent first. */
function confusionLines(
  { labels, matrix }: EvaluationResult["confusion"],
  width: number | undefined,
): string[] {
  const whole = formatTable(
    ["true \\ predicted", ...labels],
    matrix.map((row, k) => [labels[k]!, ...row.map(String)]),
  );
  if (whole.every((line) => textWidth(line) <= (width ?? Infinity))) return whole;
  const mistakes = matrix
    .flatMap((row, truth) => row.map((count, answer) => ({ truth, answer, count })))
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.count - a.count);
  if (mistakes.length === 0) return ["no image was taken for another class"];
  const rows = mistakes
    .slice(0, 20)
    .map(({ truth, answer, count }) => [labels[truth]!, labels[answer]!, String(count)]);
  const rest = mistakes.length - rows.length;
  return [
    ...formatTable(["true class", "taken for", "images"], rows, { width }),
    ...(rest > 0 ? [`and ${formatQuantity(rest, "rarer mistake")}; --json has the whole matrix`] : []),
  ];
}

function countsOf({ images, skipped, trainingImages, includesTraining }: EvaluationResult): string {
  const known = trainingImages ?? 0;
  return [
    formatQuantity(images, "image"),
    ...(known > 0 ? [includesTraining ? `${known} of them trained on` : `${known} trained on left out`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ].join(", ");
}
