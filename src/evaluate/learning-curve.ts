import { RootstockError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import type { Fold } from "../data/folds.ts";
import { type Estimate, accuracyInterval } from "./accuracy-interval.ts";
import { type CrossValidateOptions, crossValidate } from "./cross-validate.ts";
import { groupOf } from "./groups.ts";
import type { Method } from "./method.ts";

/** As for cross-validation, and which sizes are tried. */
export interface LearningCurveOptions extends CrossValidateOptions {
  /** Training images of each class to try, ascending. Default 5, 10, 20, 50, 100. */
  readonly perClass?: readonly number[];
}

/** How a method does with so many training images. */
export interface LearningPoint {
  /** Training images of each class that were asked for; a class that has fewer gives all. */
  readonly perClass: number;
  /** Training images that were used, the mean over the folds. */
  readonly trainingImages: number;
  /** Out of fold, over all judged images. */
  readonly accuracy: Estimate;
  readonly foldAccuracies: readonly number[];
}

/**
 * Accuracy over the number of training images, always judged on the same held-out rows, so that two sizes and two
 * methods can be compared. Smaller training sets lie inside larger ones, groups stay whole, and which images come
 * first is decided by the seed alone. Sizes that no class of any fold can fill are left out, but for the first of
 * them, which is all there is.
 *
 * Errors: E_OPTION where the sizes are not whole, positive and ascending; else as `crossValidate`.
 */
export async function learningCurve(method: Method, options: LearningCurveOptions): Promise<LearningPoint[]> {
  const { perClass = [5, 10, 20, 50, 100], labels, folds, groups } = options;
  checkSizes(perClass);
  const points: LearningPoint[] = [];
  for (const size of perClass) {
    const reduced = folds.map((fold, f) => reduceFold(fold, { ...options, size, name: `curve ${f}` }));
    const result = await crossValidate(method, { ...options, folds: reduced });
    const correct = Array.from(result.scored, (row) => (result.predictions[row] === labels[row] ? 1 : 0));
    points.push({
      perClass: size,
      trainingImages: reduced.reduce((sum, { train }) => sum + train.length, 0) / reduced.length,
      accuracy: accuracyInterval(
        correct,
        Array.from(result.scored, (row) => groups?.[row]),
      ),
      foldAccuracies: result.foldAccuracies,
    });
    if (reduced.every(({ train }, f) => train.length === folds[f]!.train.length)) break;
  }
  return points;
}

interface Reduction extends Pick<LearningCurveOptions, "labels" | "groups" | "seed"> {
  readonly size: number;
  readonly name: string;
}

/** The fold with only the first groups of each class, as many as fill `size` images of it; row order is kept. */
function reduceFold({ train, test }: Fold, { labels, groups, seed, size, name }: Reduction): Fold {
  const members = new Map<string | number, number[]>();
  for (const row of train) {
    const key = groupOf(groups, row);
    members.set(key, [...(members.get(key) ?? []), row]);
  }
  const taken = new Map<number, number>();
  const kept = new Set<number>();
  for (const rows of createRandom(seed).fork(name).shuffle(members.values())) {
    // A group with two labels counts for the one of its first row.
    const label = labels[rows[0]!]!;
    const count = taken.get(label) ?? 0;
    if (count >= size) continue;
    taken.set(label, count + rows.length);
    for (const row of rows) kept.add(row);
  }
  return { train: train.filter((row) => kept.has(row)), test };
}

function checkSizes(sizes: readonly number[]): void {
  const isFine = sizes.every((size, i) => Number.isInteger(size) && size > (sizes[i - 1] ?? 0));
  if (sizes.length > 0 && isFine) return;
  throw new RootstockError(
    "E_OPTION",
    `learning curve: expected ascending whole numbers of images a class, got ${JSON.stringify(sizes)}.`,
    { hint: "For example 5, 10, 20, 50." },
  );
}
