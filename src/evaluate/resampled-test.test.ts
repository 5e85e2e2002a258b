import { expect, test } from "vitest";
import { cheapestOf } from "./cost.ts";
import { comparePairs } from "./pairs.ts";
import { compareResampled } from "./resampled-test.ts";
import { studentTails } from "./student-t.ts";

// SciPy 1.17.1, test/reference/evaluate/resampled.py

const alike = new Array<number>(2000).fill(1);
const a = [0.8, 0.85, 0.7, 0.75, 0.9, 0.8, 0.7, 0.8, 0.85, 0.8];
const b = [0.7, 0.8, 0.7, 0.7, 0.8, 0.75, 0.6, 0.75, 0.8, 0.75];
const rows = Array.from({ length: 40 }, (_, i) => i);
const first32 = rows.map((i) => Number(i < 32));
const from6to33 = rows.map((i) => Number(i >= 6 && i < 34));

test("studentTails is SciPy's 2 t.sf", () => {
  const cases = [
    [0.5, 1, 0.7048327646991335],
    [2.776, 4, 0.05002277831997642],
    [6.6, 4, 0.0027306668687353043],
    [3.5, 14, 0.0035352081058589576],
    [1.96, 1000, 0.050273184955748736],
  ] as const;
  for (const [t, degrees, expected] of cases) expect(studentTails(t, degrees)).toBeCloseTo(expected, 11);
  expect(studentTails(-12, 9) / 7.699886222985653e-7).toBeCloseTo(1, 8);
});

test("compareResampled: two rounds are the corrected t-test over all their folds", () => {
  const options = { folds: 5 };
  const found = compareResampled(
    { foldAccuracies: a, correct: alike },
    { foldAccuracies: b, correct: alike },
    options,
  );
  expect(found).toMatchObject({ repeats: 2 });
  expect(found.difference).toBeCloseTo(0.06, 12);
  expect(found.pValue).toBeCloseTo(0.01070801995567479, 9);
  expect(found.low).toBeCloseTo(0.017678914708862584, 5); // Student's point is an expansion, good to four figures
  expect(found.high).toBeCloseTo(0.10232108529113744, 5);
});

test("compareResampled: with one round the variance is that of the photos", () => {
  const one = (correct: readonly number[], foldAccuracies: readonly number[]) => ({
    correct,
    foldAccuracies,
  });
  const found = compareResampled(one(first32, a.slice(0, 5)), one(from6to33, b.slice(0, 5)), { folds: 5 });
  expect(found).toMatchObject({ repeats: 1, difference: 0.1 });
  expect(found.pValue).toBeCloseTo(0.3948933246477232, 9);
  expect(found.low).toBeCloseTo(-0.12845916968454604, 5);
  expect(found.high).toBeCloseTo(0.31893536016073654, 5);
});

test("compareResampled: rounds that only one has are left out, and copies of a photo are one", () => {
  const more = { correct: first32, foldAccuracies: a };
  const fewer = { correct: from6to33, foldAccuracies: b.slice(0, 5) };
  expect(compareResampled(more, fewer, { folds: 5 }).repeats).toBe(1);
  const groups = rows.map((i) => `photo ${i >> 2}`);
  expect(compareResampled(more, fewer, { folds: 5, groups }).pValue).toBeGreaterThan(0.4);
});

test("compareResampled: folds that agree by chance prove nothing where the photos are few", () => {
  const correct = [1, 1, 1, 1];
  const found = compareResampled(
    { foldAccuracies: [1, 1, 1, 1], correct },
    { foldAccuracies: [0.5, 0.5, 0.5, 0.5], correct: [1, 1, 0, 0] },
    { folds: 2 },
  );
  expect(found.difference).toBe(0.5);
  expect(found.pValue).toBeGreaterThan(0.2);
});

test("compareResampled: methods that answer alike are not different, and the interval has a width", () => {
  const same = { foldAccuracies: a, correct: first32 };
  const found = compareResampled(same, same, { folds: 5 });
  expect(found).toMatchObject({ difference: 0, pValue: 1 });
  expect(found.low).toBeLessThan(0);
});

test("comparePairs: every pair once, better first, Holm over all of them, McNemar beside", () => {
  const member = (name: string, right: number) => ({
    name,
    correct: Array.from({ length: 200 }, (_, i) => Number(i < right)),
    foldAccuracies: Array.from({ length: 5 }, () => right / 200),
  });
  const pairs = comparePairs([member("svm", 180), member("lda", 150), member("bayes", 148)], { folds: 5 });
  expect(pairs.map(({ a: better, b: other, isClear }) => [better, other, isClear])).toEqual([
    ["svm", "lda", true],
    ["svm", "bayes", true],
    ["lda", "bayes", false],
  ]);
  expect(pairs[0]!.adjustedP).toBeCloseTo(2 * pairs[0]!.pValue, 12);
  expect(pairs[0]!.mcNemar).toMatchObject({ onlyA: 30, onlyB: 0 });
  expect(pairs[0]!.mcNemar.pValue).toBeLessThan(pairs[0]!.pValue); // it does not ask about other training photos
});

test("cheapestOf: the quickest prediction, within noise the smaller model, of equals the simplest", () => {
  const one = (
    name: string,
    milliseconds: number,
    megabytes: number,
    complexity: readonly number[] = [],
  ) => ({
    name,
    seconds: 1,
    cost: { milliseconds, megabytes },
    complexity,
  });
  expect(cheapestOf([one("a", 60, 1), one("b", 10, 9), one("c", 12, 4)]).name).toBe("c");
  expect(cheapestOf([one("a", 10, 4, [0, 5]), one("b", 11, 4, [0, 2])]).name).toBe("b");
  expect(cheapestOf([one("a", 10, 4), one("b", 11, 4)]).name).toBe("a");
});
