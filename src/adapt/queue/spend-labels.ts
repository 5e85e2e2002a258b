import type { Algebra } from "../../base/algebra.ts";
import { type Matrix, argmax, rowOf, selectRows, softmaxRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { createRandom } from "../../base/random.ts";
import type { FittedClassifier } from "../../classifiers/classifier.ts";
import { ridge } from "../../classifiers/ridge.ts";
import { fitTemperature } from "../../classifiers/temperature.ts";
import { type Fold, stratifiedFolds } from "../../data/folds.ts";
import { unitRows } from "../unit-rows.ts";
import { orderQueue } from "./order-queue.ts";

/** The orders in which labels can be spent. */
export const labelOrders = ["queue", "random"] as const;
/** One of them. */
export type LabelOrder = (typeof labelOrders)[number];

/** Photos whose labels are all known, though only those that were paid for are used. */
export interface LabelledPhotos {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Class indices. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

/** Rows by the part they play. */
export interface Spending {
  /** Accuracy is measured on these. */
  readonly judged: readonly number[];
  /** Labelled to begin with; at least two classes. */
  readonly known: readonly number[];
  /** Labels can be bought of these. */
  readonly open: readonly number[];
}

/** How labels are spent. */
export interface SpendOptions {
  readonly order: LabelOrder;
  /** Numbers of labels at which accuracy is measured, ascending. */
  readonly checkpoints: readonly number[];
  readonly seed: number;
  readonly pause: Pause;
  readonly algebra: Algebra;
}

/** Of the ridge regression. */
const alpha = 0.3;

/**
 * Accuracy against labels spent: a ridge regression on rows of length 1 is fitted at each checkpoint, and the labels up to
 * the next one are bought in the queue's order, which its probabilities decide, or at random. Shape: checkpoints.
 */
export async function spendLabels(
  photos: LabelledPhotos,
  { judged, known: first, open: rest }: Spending,
  options: SpendOptions,
): Promise<number[]> {
  const { checkpoints, order } = options;
  const accuracies: number[] = [];
  let [known, open] = [[...first], [...rest]];
  let model: FittedClassifier | null = null;
  for (const count of checkpoints) {
    if (known.length < count) {
      const next =
        order === "random"
          ? createRandom(options.seed).fork(count).shuffle(open)
          : await queued(photos, { known, open, model }, options);
      known = [...known, ...next.slice(0, count - known.length)];
      const spent = new Set(known);
      open = open.filter((row) => !spent.has(row));
    }
    model = await fit(photos, known, options);
    accuracies.push(accuracyOf(model, photos, judged));
  }
  return accuracies;
}

async function queued(
  photos: LabelledPhotos,
  { known, open, model }: { known: number[]; open: number[]; model: FittedClassifier | null },
  options: SpendOptions,
): Promise<number[]> {
  const { pause, algebra, checkpoints } = options;
  const { features } = photos;
  const scores = (model ?? (await fit(photos, known, options))).logits(unitRows(selectRows(features, open)));
  const probabilities = softmaxRows(scores, await temperatureOf(photos, known, options));
  const rows = { features: selectRows(features, open), probabilities, labelled: selectRows(features, known) };
  const most = checkpoints.find((count) => count > known.length)! - known.length;
  const { order } = await orderQueue(rows, { pause, algebra, spread: most });
  return Array.from(order, (at) => open[at]!);
}

async function fit(
  { features, labels, classCount }: LabelledPhotos,
  known: readonly number[],
  { algebra }: SpendOptions,
): Promise<FittedClassifier> {
  const own = Int32Array.from(known, (row) => labels[row]!);
  return await ridge.fit(unitRows(selectRows(features, known)), own, { alpha }, { classCount, algebra });
}

/** By the folds of the labelled photos; 1 where they are too few to make folds of. */
async function temperatureOf(
  { features, labels, classCount }: LabelledPhotos,
  known: readonly number[],
  { seed, algebra }: SpendOptions,
): Promise<number> {
  const own = Int32Array.from(known, (row) => labels[row]!);
  const folds = stratifiedFolds(own, [], { folds: 5, seed }).filter((fold) => isUsable(fold, own));
  if (folds.length === 0) return 1;
  const rows = unitRows(selectRows(features, known));
  const [logits] = await ridge.outOfFold(rows, own, folds, [{ alpha }], { classCount, algebra });
  return fitTemperature(logits!, own, Int32Array.from(folds.flatMap(({ test }) => [...test])).sort());
}

function isUsable({ train, test }: Fold, labels: Int32Array): boolean {
  return test.length > 0 && new Set(train.map((row) => labels[row]!)).size > 1;
}

function accuracyOf(
  model: FittedClassifier,
  { features, labels }: LabelledPhotos,
  judged: readonly number[],
): number {
  const said = model.logits(unitRows(selectRows(features, judged)));
  return judged.filter((row, i) => argmax(rowOf(said, i)) === labels[row]).length / judged.length;
}
