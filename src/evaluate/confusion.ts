/** How one class fared. A ratio without a denominator is 0, as scikit-learn's `zero_division=0`. */
export interface ClassMetrics {
  /** Of the images called this class, the share that is. */
  readonly precision: number;
  /** Of the images that are this class, the share called so. */
  readonly recall: number;
  /** 2 TP / (2 TP + FP + FN) */
  readonly f1: number;
  /** Images that are this class. */
  readonly support: number;
}

/**
 * Counts of (true class, predicted class).
 * Shapes: N labels, N predictions -> K x K, rows are the truth, columns the prediction.
 * Witness: scikit-learn `confusion_matrix(labels=range(K))`.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classCount: number,
): number[][] {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < labels.length; i += 1) matrix[labels[i]!]![predictions[i]!]! += 1;
  return matrix;
}

/**
 * Precision, recall, F1 and support of every class.
 * Shapes: K x K -> K. Witness: scikit-learn `precision_recall_fscore_support(labels=range(K), zero_division=0)`.
 */
export function classMetrics(confusion: readonly (readonly number[])[]): ClassMetrics[] {
  return confusion.map((row, k) => {
    const hits = row[k]!;
    const support = sum(row);
    const called = sum(confusion.map((other) => other[k]!));
    return {
      precision: ratio(hits, called),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + called),
      support,
    };
  });
}

/**
 * The mean F1 over the classes that occur, in the truth or among the predictions. A class that occurs in neither
 * says nothing about the method and is left out, as scikit-learn's `f1_score(average="macro")` does by default.
 */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  const present = classMetrics(confusion).filter(
    ({ support }, k) => support > 0 || confusion.some((row) => row[k]! > 0),
  );
  return ratio(sum(present.map(({ f1 }) => f1)), present.length);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
