import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";

/** A small training set with an answer that can be learnt. */
export interface LabelledFeatures {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Class index of each row. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

/**
 * Overlapping Gaussian classes with a few columns that are zero outside one class, as after a ReLU.
 * `counts`: rows of each class; 0 leaves a class without any.
 */
export function gaussianClasses(
  counts: readonly number[],
  options: { columns?: number; seed?: number; distance?: number; scale?: number } = {},
): LabelledFeatures {
  const { columns = 12, seed = 7, distance = 1.2, scale = 1 } = options;
  const random = createRandom(seed);
  const centres = counts.map(() => Array.from({ length: columns }, () => distance * random.normal()));
  const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  const features = createMatrix(labels.length, columns);
  labels.forEach((label, i) => {
    for (let j = 0; j < columns; j += 1) {
      const value = centres[label]![j]! + random.normal();
      features.data[i * columns + j] = scale * (j % 5 === 4 && j % counts.length !== label ? 0 : value);
    }
  });
  return { features, labels, classCount: counts.length };
}

/** Row order turned about: position i holds row `order[i]`. */
export function reorder({ features, labels, classCount }: LabelledFeatures, seed: number): LabelledFeatures {
  const order = createRandom(seed).shuffle(labels.keys());
  const moved = createMatrix(features.rows, features.columns);
  order.forEach((row, i) =>
    moved.data.set(
      features.data.subarray(row * features.columns, (row + 1) * features.columns),
      i * features.columns,
    ),
  );
  return { features: moved, labels: Int32Array.from(order, (row) => labels[row]!), classCount };
}

/** Five folds by position, each with rows of every class that has at least two. */
export function interleavedFolds(rows: number, count = 5): { train: Int32Array; test: Int32Array }[] {
  const all = Int32Array.from(Array(rows).keys());
  return Array.from({ length: count }, (_, fold) => ({
    train: all.filter((row) => row % count !== fold),
    test: all.filter((row) => row % count === fold),
  }));
}

/** Largest |a − b| over centred logits (each row less its maximum), as a share of max(1, the range of a). */
export function logitDifference(a: Matrix, b: Matrix): number {
  if (a.rows !== b.rows || a.columns !== b.columns) return Infinity;
  const [left, right] = [centredRows(a), centredRows(b)];
  const range = Math.max(1, -left.reduce((least, value) => Math.min(least, value), 0));
  return left.reduce((worst, value, at) => Math.max(worst, distanceOf(value, right[at]!)), 0) / range;
}

function distanceOf(a: number, b: number): number {
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? (Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity) : distance;
}

function centredRows({ rows, columns, data }: Matrix): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i += 1) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    out.set(
      Float64Array.from(row, (value) => value - Math.max(...row)),
      i * columns,
    );
  }
  return out;
}
