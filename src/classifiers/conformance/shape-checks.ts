import { type Matrix, createMatrix, rowOf, selectRows } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";
import {
  type Examine,
  type Subject,
  fitTo,
  onnxDifference,
  requireAtMost,
  requireKept,
  requireLearnt,
  strict,
} from "./check.ts";
import {
  type LabelledFeatures,
  gaussianClasses,
  interleavedFolds,
  logitDifference,
  reorder,
} from "./labelled-features.ts";

/** What a classifier promises for a number of columns: fewer than rows, and more. */
export function shapeChecks(columns: number): Readonly<Record<string, Examine>> {
  const examine =
    (check: ShapeCheck): Examine =>
    async (subject) =>
      await check(subject, gaussianClasses([20, 16, 14], { columns }));
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, examine(check)]));
}

/** A promise on a set of three classes. */
type ShapeCheck = (subject: Subject, data: LabelledFeatures) => Promise<void>;

const checks: Readonly<Record<string, ShapeCheck>> = {
  "learns, and gives the same logits twice": async (subject, data) => {
    const logits = (await fitTo(subject, data)).logits(data.features);
    requireLearnt(logits, data);
    const again = (await fitTo(subject, data)).logits(data.features);
    requireAtMost(logitDifference(again, logits), 0, "a difference between two equal fits");
  },
  "leaves its arguments as they were": async (subject, data) => {
    const before = { features: data.features.data.slice(), labels: data.labels.slice() };
    (await fitTo(subject, data)).logits(data.features);
    const isKept = isEqual(data.features.data, before.features) && isEqual(data.labels, before.labels);
    requireKept(isKept, "features and labels as they were", "others");
  },
  "row order does not matter": async (subject, data) => {
    const [one, other] = [await fitTo(subject, data), await fitTo(subject, reorder(data, 5))];
    const difference = logitDifference(one.logits(data.features), other.logits(data.features));
    requireAtMost(difference, subject.rowOrder?.allowed ?? strict, "a difference between row orders");
  },
  "restored from its state, it gives the same logits": async (subject, data) => {
    const { features } = data;
    const fitted = await fitTo(subject, data);
    const restored = subject.classifier.restore(fitted.state, fitted.parameters);
    const difference = logitDifference(restored.logits(features), fitted.logits(features));
    requireAtMost(difference, 0, "a difference after restoring");
    const expected = `3 classes, ${features.columns} columns`;
    const sizes = `${restored.classCount} classes, ${restored.dimensions} columns`;
    requireKept(sizes === expected, expected, sizes);
  },
  "as ONNX, it gives the same logits": async (subject, data) => {
    const difference = await onnxDifference(subject.engine, await fitTo(subject, data), data.features);
    requireAtMost(difference, strict, "a difference between memory and ONNX");
  },
  "many rows scored with the engine's products, it gives the same logits": async (subject, data) => {
    const fitted = await fitTo(subject, data);
    const options = { algebra: subject.engine.algebra, pause: () => undefined };
    const scores = (await fitted.score?.(data.features, options)) ?? fitted.logits(data.features);
    const difference = logitDifference(scores, fitted.logits(data.features));
    requireAtMost(difference, strict, "a difference between score and logits");
  },
  "outOfFold equals a fit per fold": async (subject, data) => {
    const { classifier, common, parameters } = subject;
    const folds = interleavedFolds(data.labels.length);
    const rising = classifier.grid.slice(0, 3);
    const grid = [...rising, parameters, ...rising.toReversed()];
    const settings = { classCount: 3, ...common };
    const scores = await classifier.outOfFold(data.features, data.labels, folds, grid, settings);
    for (const [c, candidate] of grid.entries()) {
      const difference = logitDifference(await fitPerFold(subject, data, candidate), scores[c]!);
      const limit = subject.outOfFold?.allowed ?? strict;
      requireAtMost(difference, limit, `a difference from fold by fold with ${JSON.stringify(candidate)}`);
    }
  },
};

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}

async function fitPerFold(
  subject: Subject,
  { features, labels, classCount }: LabelledFeatures,
  parameters: HyperParameters,
): Promise<Matrix> {
  const out = createMatrix(features.rows, classCount);
  for (const { train, test } of interleavedFolds(features.rows)) {
    const set = {
      features: selectRows(features, train),
      labels: train.map((row) => labels[row]!),
      classCount,
    };
    const logits = (await fitTo({ ...subject, parameters }, set)).logits(selectRows(features, test));
    test.forEach((row, i) => out.data.set(rowOf(logits, i), row * classCount));
  }
  return out;
}
