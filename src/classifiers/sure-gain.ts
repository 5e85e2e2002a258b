import { type Matrix, argmax, rowOf, softmaxRows } from "../base/matrix.ts";

/** Held-out logits of a candidate, and the temperature that makes probabilities of them. */
export interface HeldOutScores {
  /** Shape: N x K. */
  readonly logits: Matrix;
  readonly temperature: number;
}

/**
 * Whether one candidate is surely better than another on rows that neither had seen: right at least as often, and its Brier
 * loss Σₖ (pₖ − yₖ)² lower by more than one standard error of the paired difference. Right or wrong alone says too little
 * of twenty-five rows: a gain of four points is one of them. Shapes: N labels, n rows.
 */
export function isSurelyBetter(
  one: HeldOutScores,
  other: HeldOutScores,
  { labels, rows }: { labels: Int32Array; rows: Int32Array },
): boolean {
  if (rows.length < 2) return false;
  const [ours, theirs] = [one, other].map((scores) => judgeRows(scores, labels, rows)) as [Judged, Judged];
  if (ours.right < theirs.right) return false;
  const gains = ours.losses.map((loss, i) => theirs.losses[i]! - loss);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  return mean > Math.sqrt(squares / (gains.length - 1) / gains.length);
}

interface Judged {
  readonly right: number;
  readonly losses: readonly number[];
}

function judgeRows({ logits, temperature }: HeldOutScores, labels: Int32Array, rows: Int32Array): Judged {
  const probabilities = softmaxRows(logits, temperature);
  const losses = Array.from(rows, (row) =>
    rowOf(probabilities, row).reduce((sum, p, k) => sum + (p - Number(k === labels[row])) ** 2, 0),
  );
  return { right: rows.filter((row) => argmax(rowOf(logits, row)) === labels[row]).length, losses };
}
