import { RootstockError } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import { type Groups, stratifiedFolds } from "../data/folds.ts";

/** Rows that are trained on, and rows that choose the epoch and the temperature. */
export interface InnerSplit {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** One part in this many goes to the validation. */
const defaultParts = 7;

/**
 * Splits a method's own training rows for early stopping: stratified, groups whole, decided by the seed. A test fold's
 * rows never come here. Throws E_ONE_CLASS, and E_CLASS_TOO_SMALL where no row is left to validate on.
 */
export function innerSplit(
  rows: Int32Array,
  {
    labels,
    groups,
    seed,
    parts = defaultParts,
  }: { labels: Int32Array; groups: Groups; seed: number; parts?: number },
): InnerSplit {
  const classes = new Set(rows.map((row) => labels[row]!));
  if (classes.size < 2)
    throw new RootstockError(
      "E_ONE_CLASS",
      `training: expected images of at least 2 classes, got ${classes.size} in ${formatQuantity(rows.length, "image")}.`,
      { hint: "Add images of a second class, or use fewer folds." },
    );
  const folds = stratifiedFolds(labels, groups, { folds: Math.min(parts, rows.length), seed, rows });
  const fold = folds.find(({ train, test }) => test.length > 0 && covers(train, classes, labels));
  if (fold) return { training: fold.train, validation: fold.test };
  throw new RootstockError(
    "E_CLASS_TOO_SMALL",
    `training: expected at least 2 images (or groups) a class, one to train on and one to validate, got ${formatQuantity(rows.length, "image")} of ${formatQuantity(classes.size, "class", "classes")}.`,
    { hint: "Add images, or use a recipe on frozen features, which needs no validation." },
  );
}

function covers(rows: Int32Array, classes: ReadonlySet<number>, labels: Int32Array): boolean {
  return new Set(rows.map((row) => labels[row]!)).size === classes.size;
}
