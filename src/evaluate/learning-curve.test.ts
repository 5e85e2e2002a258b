import { expect, test } from "vitest";
import { createMatrix } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import { stratifiedFolds } from "../data/folds.ts";
import { learningCurve } from "./learning-curve.ts";
import type { Method } from "./method.ts";

const random = createRandom(7);
const labels = Int32Array.from({ length: 400 }, (_, i) => i % 2);
const groups = Array.from(labels, (_, i) => (i < 40 ? `copies ${i % 2} ${Math.floor(i / 4)}` : undefined));
/** Ten numbers a row, of which each tells a little about the class: more rows give better means. */
const features = Array.from(labels, (label) =>
  Array.from({ length: 10 }, () => random.normal() + (label === 0 ? -0.3 : 0.3)),
);
const folds = stratifiedFolds(labels, groups, { folds: 4, seed: 3 });

function nearestMean(fits: Int32Array[] = []): Method {
  return {
    name: "nearest",
    async fit(rows) {
      fits.push(rows);
      const means = [0, 1].map((k) => {
        const own = Array.from(rows).filter((row) => labels[row] === k);
        return features[0]!.map((_, d) => own.reduce((sum, row) => sum + features[row]![d]!, 0) / own.length);
      });
      const distance = (row: number, mean: number[]): number =>
        mean.reduce((sum, value, d) => sum + (features[row]![d]! - value) ** 2, 0);
      return {
        chosen: {},
        logits: async (asked) => {
          const out = createMatrix(asked.length, 2);
          asked.forEach((row, i) => means.forEach((mean, k) => (out.data[i * 2 + k] = -distance(row, mean))));
          return out;
        },
      };
    },
  };
}

const base = { labels, groups, classCount: 2, folds, seed: 11 };

test("a method that learns rises with the images it is given, and is always judged on all rows", async () => {
  const points = await learningCurve(nearestMean(), { ...base, perClass: [2, 20, 100] });
  expect(points.map(({ perClass }) => perClass)).toEqual([2, 20, 100]);
  const [few, some, many] = points.map(({ accuracy }) => accuracy.mean);
  expect(some).toBeGreaterThan(few! + 0.03);
  expect(many).toBeGreaterThanOrEqual(some! - 0.02);
  expect(points[0]!.foldAccuracies).toHaveLength(4);
});

test("smaller training sets lie inside larger ones, keep groups whole and fill every class", async () => {
  const fits: Int32Array[] = [];
  await learningCurve(nearestMean(fits), { ...base, perClass: [5, 20] });
  for (const fold of [0, 1, 2, 3]) {
    const small = fits[fold]!;
    const large = new Set(fits[fold + 4]!);
    expect(small.every((row) => large.has(row))).toBe(true);
    for (const label of [0, 1]) {
      const count = small.filter((row) => labels[row] === label).length;
      expect(count).toBeGreaterThanOrEqual(5);
      expect(count).toBeLessThanOrEqual(6);
    }
    const whole = Array.from(folds[fold]!.train).filter((row) => groups[row] !== undefined);
    const kept = new Set(Array.from(small, (row) => groups[row]));
    for (const row of whole) if (kept.has(groups[row])) expect(small).toContain(row);
  }
});

test("sizes beyond what there is end the curve with all images", async () => {
  const points = await learningCurve(nearestMean(), { ...base, perClass: [100, 500, 900] });
  expect(points.map(({ perClass, trainingImages }) => [perClass, trainingImages])).toEqual([
    [100, expect.closeTo(200, -1)],
    [500, 300],
  ]);
});

test("the same seed gives the same curve", async () => {
  const again = () => learningCurve(nearestMean(), { ...base, perClass: [5, 20] });
  expect(await again()).toEqual(await again());
});

test.each([[[]], [[0, 5]], [[5, 5]], [[1.5]], [[10, 5]]])("refuses the sizes %j", async (perClass) => {
  await expect(learningCurve(nearestMean(), { ...base, perClass })).rejects.toMatchObject({
    code: "E_OPTION",
  });
});
