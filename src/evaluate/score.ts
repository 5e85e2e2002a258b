import type { Matrix } from "../base/matrix.ts";
import { type Estimate, accuracyInterval } from "./accuracy-interval.ts";
import { type Calibration, measureCalibration } from "./calibration.ts";
import { type ClassMetrics, classMetrics, confusionMatrix, macroF1 } from "./confusion.ts";
import type { Groups } from "../data/folds.ts";
import { brierScore, confidencesOf, logLoss, predictionsOf, topKAccuracy } from "./probability-metrics.ts";

/** Everything that is measured on a set of scored rows. */
export interface Score {
  readonly rows: number;
  readonly accuracy: Estimate;
  readonly macroF1: number;
  /** Shape: K. */
  readonly perClass: readonly ClassMetrics[];
  /** Rows are the truth, columns the prediction. Shape: K x K. */
  readonly confusion: readonly (readonly number[])[];
  /** Share whose true class is among the first min(5, K) by logit. */
  readonly top5: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly calibration: Calibration;
}

/**
 * All metrics of one set of scored rows.
 * Shapes: N x K logits, N labels in [0, K), N groups; N at least 1.
 */
export function scoreLogits(logits: Matrix, labels: ArrayLike<number>, groups?: Groups): Score {
  const predictions = predictionsOf(logits);
  const correct = predictions.map((prediction, i) => (prediction === labels[i] ? 1 : 0));
  const confusion = confusionMatrix(labels, predictions, logits.columns);
  return {
    rows: logits.rows,
    accuracy: accuracyInterval(correct, groups),
    macroF1: macroF1(confusion),
    perClass: classMetrics(confusion),
    confusion,
    top5: topKAccuracy(logits, labels, 5),
    logLoss: logLoss(logits, labels),
    brier: brierScore(logits, labels),
    calibration: measureCalibration(confidencesOf(logits), correct),
  };
}
