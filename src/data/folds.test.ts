import fc from "fast-check";
import { expect, test } from "vitest";
import { stratifiedFolds } from "./folds.ts";

const labelling = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 80 });

test("stratifiedFolds: every class differs by at most one between folds, every row is tested once", () => {
  fc.assert(
    fc.property(labelling, fc.integer({ min: 2, max: 6 }), fc.integer(), (values, folds, seed) => {
      const labels = Int32Array.from(values);
      const made = stratifiedFolds(labels, [], { folds, seed });
      expect(made.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...labels.keys()]);
      for (const label of new Set(values)) {
        const counts = made.map(({ test }) => test.filter((row) => labels[row] === label).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("stratifiedFolds: a group never parts", () => {
  fc.assert(
    fc.property(labelling, fc.integer({ min: 1, max: 9 }), (values, groupCount) => {
      const groups = values.map((_, i) => (i % 3 === 0 ? undefined : `g${i % groupCount}`));
      for (const { train, test } of stratifiedFolds(Int32Array.from(values), groups, { folds: 3, seed: 1 })) {
        const trained = new Set([...train].map((row) => groups[row]).filter((group) => group !== undefined));
        expect([...test].filter((row) => trained.has(groups[row] ?? ""))).toEqual([]);
      }
    }),
  );
});

test("stratifiedFolds: where each group is of one class, its counts differ by at most the largest group of it", () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 7 })), {
    minLength: 4,
  });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 2, max: 5 }), (clusters, folds) => {
      const labels = Int32Array.from(clusters.flatMap(([label, n]) => Array<number>(n).fill(label)));
      const groups = clusters.flatMap(([, n], i) => Array<string>(n).fill(`g${i}`));
      const made = stratifiedFolds(labels, groups, { folds, seed: 3 });
      for (const label of new Set(labels)) {
        const counts = made.map(({ test }) => test.filter((row) => labels[row] === label).length);
        const largest = Math.max(...clusters.map(([of, n]) => (of === label ? n : 0)));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(largest);
      }
    }),
  );
});

test("stratifiedFolds: inner folds are made of the rows named, and speak of the same indices", () => {
  fc.assert(
    fc.property(labelling, fc.integer(), (values, seed) => {
      const labels = Int32Array.from(values);
      const [outer] = stratifiedFolds(labels, [], { folds: 2, seed });
      const inner = stratifiedFolds(labels, [], { folds: 2, seed, rows: outer!.train });
      expect(inner.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...outer!.train]);
      for (const { train, test } of inner) expect(train.length + test.length).toBe(outer!.train.length);
    }),
  );
});

test("stratifiedFolds: the seed decides", () => {
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const make = (seed: number): unknown => stratifiedFolds(labels, [], { folds: 5, seed });
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
});
