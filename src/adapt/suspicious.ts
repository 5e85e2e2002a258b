import { type Matrix, rowOf } from "../base/matrix.ts";

/** What held-out probabilities say of one label. */
export interface LabelDoubt {
  /** Index of the row. */
  readonly row: number;
  readonly label: number;
  /** The likeliest class beside its label. */
  readonly rather: number;
  /** Probability of the label less that of `rather`: the lower, the more doubtful. -1 to 1. */
  readonly margin: number;
  /** Whether `rather` is at least as probable as it is on average for photos that are labelled so, and the label is not. */
  readonly isSuspicious: boolean;
}

/** All labels judged, the most doubtful first. */
export interface LabelDoubts {
  readonly doubts: readonly LabelDoubt[];
  /** How many of the labels are wrong by the confident joint, which is an estimate and not a list. */
  readonly expectedWrong: number;
}

/**
 * Confident learning: class k is believed of a row where its probability reaches t_k, the mean probability of k over rows
 * labelled k. A label is suspicious where another class is believed, and more than the label. Rows are ranked by the
 * margin pₗ − max pₖ, which costs no threshold. Rows whose probabilities are NaN (nobody held them out) are left out.
 * The probabilities must come from fits that never saw the row. Shapes: N x K, N.
 * Source: Northcutt, Jiang & Chuang 2021. Witness: NumPy after the paper's definitions.
 */
export function doubtLabels(probabilities: Matrix, labels: Int32Array): LabelDoubts {
  const rows = Int32Array.from(labels.keys()).filter(
    (row) => labels[row]! >= 0 && !Number.isNaN(rowOf(probabilities, row)[0]),
  );
  const thresholds = meanConfidence(probabilities, labels, rows);
  const doubts = Array.from(rows, (row) => doubtOf(row, labels[row]!, rowOf(probabilities, row), thresholds));
  return {
    doubts: doubts.sort((a, b) => a.margin - b.margin || a.row - b.row),
    expectedWrong: expectedWrong(probabilities, labels, { rows, thresholds }),
  };
}

/** Mean probability of each class over the rows labelled so; no row: never believed. Shape: K. */
function meanConfidence(probabilities: Matrix, labels: Int32Array, rows: Int32Array): Float64Array {
  const sums = new Float64Array(probabilities.columns);
  const counts = new Float64Array(probabilities.columns);
  for (const row of rows) {
    sums[labels[row]!]! += rowOf(probabilities, row)[labels[row]!]!;
    counts[labels[row]!]! += 1;
  }
  return sums.map((sum, k) => (counts[k] === 0 ? Infinity : sum / counts[k]!));
}

function doubtOf(row: number, label: number, p: Float32Array, thresholds: Float64Array): LabelDoubt {
  const others = [...p.keys()].filter((k) => k !== label);
  const rather = others.reduce((best, k) => (p[k]! > p[best]! ? k : best), others[0]!);
  const believed = believedClass(p, thresholds);
  const margin = p[label]! - p[rather]!;
  return { row, label, rather, margin, isSuspicious: believed !== -1 && believed !== label && margin < 0 };
}

/** The likeliest of the classes that reach their threshold; -1 where none does. */
function believedClass(p: Float32Array, thresholds: Float64Array): number {
  let best = -1;
  for (let k = 0; k < p.length; k += 1)
    if (p[k]! >= thresholds[k]! && (best === -1 || p[k]! > p[best]!)) best = k;
  return best;
}

/** Σ over classes of nⱼ times the share of the believed rows labelled j that are believed of another class. */
function expectedWrong(
  probabilities: Matrix,
  labels: Int32Array,
  { rows, thresholds }: { rows: Int32Array; thresholds: Float64Array },
): number {
  const k = probabilities.columns;
  const [all, sure, off] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)];
  for (const row of rows) {
    const label = labels[row]!;
    const believed = believedClass(rowOf(probabilities, row), thresholds);
    all[label]! += 1;
    if (believed === -1) continue;
    sure[label]! += 1;
    if (believed !== label) off[label]! += 1;
  }
  return all.reduce((sum, count, j) => sum + (sure[j]! > 0 ? (count * off[j]!) / sure[j]! : 0), 0);
}
