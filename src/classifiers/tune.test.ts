import { expect, test } from "vitest";
import type { WorkEvent } from "../base/events.ts";
import { createMatrix } from "../base/matrix.ts";
import type { Fold } from "../data/folds.ts";
import type { Classifier } from "./classifier.ts";
import { defineClassifier } from "./define-classifier.ts";
import type { Learner } from "./learner.ts";
import { fitPipeline } from "./pipeline.ts";
import { tune } from "./tune.ts";

const rows = 4097;
const features = createMatrix(
  rows,
  1,
  Float32Array.from({ length: rows }, (_, i) => (i % 2) - 0.5 + Math.sin(i)),
);
const labels = Int32Array.from({ length: rows }, (_, i) => i % 2);

/** Gives the feature itself as the second class's logit, and keeps the folds it was asked for. */
function watched(asked: Fold[]): Learner {
  return {
    name: "watched",
    defaults: { C: 1 },
    grid: [{ C: 1 }],
    fit: async () => {
      throw new Error("not asked for");
    },
    restore: () => {
      throw new Error("not asked for");
    },
    shareFolds: async (all) => async (fold, candidates) => {
      asked.push(fold);
      return candidates.map(() =>
        createMatrix(
          fold.test.length,
          2,
          Float32Array.from(fold.test, (row) => all.data[row]!).reduce(
            (out, value, i) => out.fill(value, 2 * i + 1, 2 * i + 2),
            new Float32Array(2 * fold.test.length),
          ),
        ),
      );
    },
  };
}

for (const [count, folds] of [
  [4096, 5],
  [4097, 1],
] as const)
  test(`tune: ${count} rows are tuned on ${folds} of five inner folds`, async () => {
    const asked: Fold[] = [];
    const some = createMatrix(count, 1, features.data.slice(0, count));
    const options = { classCount: 2, candidates: [{ C: 1 }] };
    const tuned = await tune(defineClassifier(watched(asked)), some, labels.slice(0, count), options);
    expect(asked.length).toBe(folds);
    expect(tuned.isOneSplit).toBe(folds === 1);
    for (const { train, test: held } of asked) {
      expect(train.length + held.length).toBe(count);
      expect(Math.abs(held.length - count / 5)).toBeLessThan(2);
    }
    expect(tuned.innerAccuracy).toBeGreaterThan(0.5);
  });

test("tune: inner folds that were asked for are kept, whatever the rows", async () => {
  const asked: Fold[] = [];
  const options = { classCount: 2, candidates: [{ C: 1 }], innerFolds: 3 };
  const { isOneSplit } = await tune(defineClassifier(watched(asked)), features, labels, options);
  expect([asked.length, isOneSplit]).toEqual([3, false]);
});

test("tune: of very many rows a sample with the same shares of classes tunes, its groups whole", async () => {
  const asked: { rows: number; ones: number; folds: number }[] = [];
  const count = 40_000;
  const many = createMatrix(
    count,
    1,
    Float32Array.from({ length: count }, (_, i) => i % 4),
  );
  const named = Int32Array.from({ length: count }, (_, i) => Number(i % 4 === 0));
  const sampled: Classifier = {
    ...defineClassifier(watched([])),
    outOfFold: async (features, labels, folds, candidates) => {
      const ones = labels.reduce((sum, label) => sum + label, 0);
      asked.push({ rows: features.rows, ones, folds: folds.length });
      for (const { train, test: held } of folds) expect(train.length + held.length).toBe(features.rows);
      return candidates.map(() => createMatrix(features.rows, 2));
    },
  };
  const groups = Array.from({ length: count }, (_, i) => `pair ${Math.floor(i / 8)} ${named[i]}`);
  const tuned = await tune(sampled, many, named, { classCount: 2, candidates: [{ C: 1 }], groups });
  expect(asked).toEqual([{ rows: tuned.rows, ones: expect.any(Number), folds: 1 }]);
  expect(Math.abs(tuned.rows - count / 2)).toBeLessThan(20);
  expect(Math.abs(asked[0]!.ones - tuned.rows / 4)).toBeLessThan(20);
  expect(tuned.heldOut.rows).toBe(count);
  const scored = groups.filter((_, i) => !Number.isNaN(tuned.heldOut.data[2 * i]!));
  expect(scored.length).toBeGreaterThan(tuned.rows / 6);
});

test("fitPipeline: one split is told with what tuning chose", async () => {
  const spec = { transforms: [], classifier: "nearest-mean" };
  const { chosen } = await fitPipeline(features, labels, spec, { classCount: 2 });
  expect(chosen).toEqual({ tuned: "on one split" });
  const few = createMatrix(100, 1, features.data.slice(0, 100));
  expect((await fitPipeline(few, labels.slice(0, 100), spec, { classCount: 2 })).chosen).toEqual({});
});

test("a fit that lasts tells its hundredths, never all of them; a short one tells nothing", async () => {
  const { tellPart, tellShare } = await import("./tell-share.ts");
  const events: WorkEvent[] = [];
  const report = (event: WorkEvent): void => void events.push(event);
  const started = performance.now();
  const tell = tellPart(tellShare("tuning", "svm", { report }), 1, 2);
  while (performance.now() - started < 900) tell(0.5);
  expect(events).toEqual([]);
  while (performance.now() - started < 1300) tell(1);
  expect(events[0]).toMatchObject({ type: "progress", stage: "tuning svm", done: 99, total: 100, unit: "%" });
  expect(events.length).toBeLessThan(4);
});
