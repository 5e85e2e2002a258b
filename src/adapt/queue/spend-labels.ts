import type { Algebra } from "../../base/algebra.ts";
import { type Matrix, argmax, rowOf, selectRows, softmaxRows } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { createRandom } from "../../base/random.ts";
import type { FittedClassifier } from "../../classifiers/classifier.ts";
import { ridge } from "../../classifiers/ridge.ts";
import { fitTemperature, negativeLogLikelihood } from "../../classifiers/temperature.ts";
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
  /** Of the ridge regression, above 0: folds of the labels spent choose among them. */
  readonly penalties: readonly number[];
  readonly pause: Pause;
  readonly algebra: Algebra;
}

/**
 * Accuracy against labels spent: a ridge regression on rows of length 1 is fitted at each checkpoint, and the labels up to
 * the next one are bought in the queue's order, which its probabilities decide, or at random. Shape: checkpoints.
 */
export async function spendLabels(
  photos: LabelledPhotos,
  { judged, known: first, open: rest }: Spending,
  options: SpendOptions,
): Promise<number[]> {
  const { checkpoints, order, seed } = options;
  const accuracies: number[] = [];
  const known = [...first];
  let open = [...rest];
  let fitted: Fitted | null = null;
  for (const count of checkpoints) {
    if (known.length < count) {
      const next =
        order === "random"
          ? createRandom(seed).fork(count).shuffle(open)
          : await queued(photos, { known, open, most: count - known.length, fitted }, options);
      known.push(...next.slice(0, count - known.length));
      const spent = new Set(known);
      open = open.filter((row) => !spent.has(row));
    }
    fitted = await fit(photos, known, options);
    accuracies.push(accuracyOf(fitted.model, photos, judged));
  }
  return accuracies;
}

interface Asked {
  readonly known: readonly number[];
  readonly open: readonly number[];
  /** So many will be bought. */
  readonly most: number;
  /** On the known rows; null: not yet. */
  readonly fitted: Fitted | null;
}

async function queued(
  photos: LabelledPhotos,
  { known, open, most, fitted }: Asked,
  options: SpendOptions,
): Promise<number[]> {
  const { pause, algebra } = options;
  const { model, temperature } = fitted ?? (await fit(photos, known, options));
  const features = selectRows(photos.features, open);
  const probabilities = softmaxRows(model.logits(unitRows(features)), temperature);
  const rows = { features, probabilities, labelled: selectRows(photos.features, known) };
  const { order } = await orderQueue(rows, { pause, algebra, spread: most });
  return Array.from(order, (at) => open[at]!);
}

interface Fitted {
  readonly model: FittedClassifier;
  readonly temperature: number;
}

/** With the penalty and the temperature that folds of the known rows choose; the first and 1 where they are too few for folds. */
async function fit(
  { features, labels, classCount }: LabelledPhotos,
  known: readonly number[],
  { seed, algebra, penalties }: SpendOptions,
): Promise<Fitted> {
  const own = Int32Array.from(known, (row) => labels[row]!);
  const rows = unitRows(selectRows(features, known));
  const candidates = penalties.map((alpha) => ({ alpha }));
  const options = { classCount, algebra };
  const folds = stratifiedFolds(own, [], { folds: 5, seed }).filter((fold) => isUsable(fold, own));
  if (folds.length === 0)
    return { model: await ridge.fit(rows, own, candidates[0]!, options), temperature: 1 };
  const tested = Int32Array.from(folds.flatMap(({ test }) => [...test])).sort();
  const scores = await ridge.outOfFold(rows, own, folds, candidates, options);
  const judged = scores.map((logits, at) => {
    const temperature = fitTemperature(logits, own, tested);
    return { at, temperature, loss: negativeLogLikelihood(logits, own, { rows: tested, temperature }) };
  });
  const best = judged.reduce((one, other) => (other.loss < one.loss ? other : one));
  return { model: await ridge.fit(rows, own, candidates[best.at]!, options), temperature: best.temperature };
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
