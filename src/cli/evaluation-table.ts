import { formatQuantity } from "../base/format-number.ts";
import type { EvaluationResult } from "../workflow/evaluate-model.ts";
import { percent } from "./comparison-table.ts";
import { formatTable } from "./table.ts";

/** The result of `evaluate` for people: accuracy, each class, and who was taken for whom. */
export function evaluationTable(result: EvaluationResult): string {
  const { mean, low, high } = result.accuracy;
  const { labels, matrix } = result.confusion;
  const perClass = result.perClass.map(({ label, precision, recall, f1, support }) => [
    label,
    String(support),
    percent(precision),
    percent(recall),
    f1.toFixed(3),
  ]);
  return [
    `accuracy ${percent(mean)} (95 % interval ${percent(low)} - ${percent(high)}), macro F1 ${result.macroF1.toFixed(3)}, ${countsOf(result)}`,
    "",
    formatTable(["class", "images", "precision", "recall", "F1"], perClass),
    "",
    formatTable(
      ["true \\ predicted", ...labels],
      matrix.map((row, k) => [labels[k]!, ...row.map(String)]),
    ),
  ].join("\n");
}

function countsOf({ images, skipped, trainingImages, includesTraining }: EvaluationResult): string {
  const known = trainingImages ?? 0;
  return [
    formatQuantity(images, "image"),
    ...(known > 0 ? [includesTraining ? `${known} of them trained on` : `${known} trained on left out`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ].join(", ");
}
