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

test("stratifiedFolds: the seed decides", () => {
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const make = (seed: number): unknown => stratifiedFolds(labels, [], { folds: 5, seed });
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
});
