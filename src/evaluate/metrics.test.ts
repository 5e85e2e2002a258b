import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixFrom } from "../base/matrix.ts";
import { wilsonInterval } from "./accuracy-interval.ts";
import { measureCalibration } from "./calibration.ts";
import { confusionMatrix, macroF1 } from "./confusion.ts";
import { comparePaired, holmAdjust, signFlipTest } from "./paired-comparison.ts";
import { topKAccuracy } from "./probability-metrics.ts";
import { scoreLogits } from "./score.ts";
import { studentT95 } from "./student-t.ts";

interface Reference {
  cases: {
    name: string;
    labels: number[];
    logits: number[][];
    accuracy: number;
    macroF1: number;
    precision: number[];
    recall: number[];
    f1: number[];
    support: number[];
    confusion: number[][];
    logLoss: number;
    brier: number;
    top2: number;
    calibration: { accuracy: number[]; confidence: number[] };
  }[];
  wilson: { hits: number; rows: number; low: number; high: number }[];
  studentT: { degrees: number; value: number }[];
  mcnemar: { b: number; c: number; p: number }[];
  signFlip: { totals: number[]; p: number }[];
}

/** Written by test/reference/evaluate/metrics.py with scikit-learn and SciPy. */
const reference = JSON.parse(
  readFileSync(new URL("../../../test/reference/evaluate/metrics.json", import.meta.url), "utf8"),
) as Reference;

const expectClose = (got: readonly number[], want: readonly number[]): void => {
  expect(got).toHaveLength(want.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 9));
};

describe.each(reference.cases)("scikit-learn agrees: $name", (wanted) => {
  const logits = matrixFrom(wanted.logits);
  const score = scoreLogits(logits, wanted.labels);

  test("accuracy, macro F1, confusion", () => {
    expectClose([score.accuracy.mean, score.macroF1], [wanted.accuracy, wanted.macroF1]);
    expect(score.confusion).toEqual(wanted.confusion);
  });

  test("precision, recall, F1 and support of each class", () => {
    for (const key of ["precision", "recall", "f1", "support"] as const)
      expectClose(
        score.perClass.map((entry) => entry[key]),
        wanted[key],
      );
  });

  test("log loss, Brier score, top-2 accuracy", () => {
    expectClose(
      [score.logLoss, score.brier, topKAccuracy(logits, wanted.labels, 2)],
      [wanted.logLoss, wanted.brier, wanted.top2],
    );
  });

  test("reliability bins", () => {
    const filled = score.calibration.bins.filter((bin) => bin.count > 0);
    expectClose(
      filled.map((bin) => bin.accuracy),
      wanted.calibration.accuracy,
    );
    expectClose(
      filled.map((bin) => bin.confidence),
      wanted.calibration.confidence,
    );
    expect(score.calibration.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(wanted.labels.length);
  });
});

test("macroF1 leaves out a class that neither occurs nor is predicted, and counts one that is only predicted", () => {
  expect(macroF1(confusionMatrix([0, 1], [0, 1], 3))).toBe(1);
  expect(macroF1(confusionMatrix([0, 1], [0, 2], 3))).toBeCloseTo(1 / 3, 12);
});

test("topKAccuracy: of equal logits the lower class leads, as in argmax", () => {
  const equal = matrixFrom([[1, 1, 1]]);
  expect([0, 1, 2].map((label) => topKAccuracy(equal, [label], 1))).toEqual([1, 0, 0]);
  expect(topKAccuracy(equal, [2], 5)).toBe(1);
});

test("measureCalibration: sure and right costs nothing, sure and wrong costs everything", () => {
  expect(measureCalibration([1, 1], [1, 1]).expectedError).toBe(0);
  expect(measureCalibration([1, 1], [0, 0]).expectedError).toBe(1);
  expect(measureCalibration([0.3], [0]).bins[2]!.count).toBe(1);
});

test("logits of any size give finite probabilities", () => {
  const score = scoreLogits(
    matrixFrom([
      [1e30, -1e30],
      [-1e30, 1e30],
    ]),
    [0, 1],
  );
  expect([score.logLoss, score.brier, score.calibration.expectedError]).toEqual([0, 0, 0]);
});

describe("SciPy agrees", () => {
  test.each(reference.wilson)("wilsonInterval of $hits in $rows", ({ hits, rows, low, high }) => {
    const interval = wilsonInterval(hits / rows, rows);
    expectClose([interval.low, interval.high], [low, high]);
  });

  test.each(reference.studentT)("studentT95 at $degrees degrees of freedom", ({ degrees, value }) => {
    expect(Math.abs(studentT95(degrees) / value - 1)).toBeLessThan(degrees < 8 ? 0.003 : 0.0001);
  });

  test.each(reference.mcnemar)("comparePaired is McNemar's exact test: $b against $c", ({ b, c, p }) => {
    const a = [...new Array<number>(b).fill(1), ...new Array<number>(c).fill(0), 1, 1, 0];
    const other = [...new Array<number>(b).fill(0), ...new Array<number>(c).fill(1), 1, 1, 0];
    const comparison = comparePaired(a, other);
    expect(comparison.pValue).toBeCloseTo(p, 12);
    expect([comparison.onlyA, comparison.onlyB]).toEqual([b, c]);
  });

  test.each(reference.signFlip)("signFlipTest lists every sign of $totals", ({ totals, p }) => {
    expect(signFlipTest(totals)).toBeCloseTo(p, 12);
  });
});

test("holmAdjust: the smallest is multiplied by all, order is kept, nothing passes 1", () => {
  expectClose(holmAdjust([0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
  expect(holmAdjust([0.9, 0.8])).toEqual([1, 1]);
  expect(holmAdjust([])).toEqual([]);
});

test("comparePaired: equal methods differ by nothing and the interval holds zero", () => {
  const same = comparePaired([1, 0, 1, 1], [1, 0, 1, 1]);
  expect(same).toMatchObject({ difference: 0, pValue: 1 });
  expect(same.low).toBeLessThan(0);
  expect(same.high).toBeGreaterThan(0);
});

test("comparePaired: copies of one photo count as one witness", () => {
  const a = [1, 1, 1, 1, 1, 1, 1, 1];
  const b = [0, 0, 0, 0, 0, 0, 0, 0];
  expect(comparePaired(a, b).pValue).toBeCloseTo(2 / 2 ** 8, 12);
  expect(comparePaired(a, b, new Array<string>(8).fill("one photo")).pValue).toBe(1);
});
