import { expect, test } from "vitest";
import { matrixFrom } from "../base/matrix.ts";
import { blackBoxMix, correctForMix, expectedMix, mixOf, testMix } from "./label-shift.ts";
import { drawMatching } from "./match-mix.ts";
import { permutationP } from "./pooled-sample.ts";

test("black-box estimation outside the simplex stays on it", () => {
  const mix = blackBoxMix(
    [
      [90, 10],
      [10, 90],
    ],
    [100, 0],
  );
  expect(mix[0]).toBeCloseTo(1, 6);
  expect(mix[1]).toBeCloseTo(0, 6);
});

test("sure probabilities give their own counts, weights count a row as often as they say", () => {
  const probabilities = matrixFrom([
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
  const trained = mixOf([1, 1]);
  expect(expectedMix(probabilities, trained)[1]).toBeCloseTo(2 / 3, 9);
  expect(expectedMix(probabilities, trained, { weights: [2, 1, 0] })[0]).toBeCloseTo(2 / 3, 9);
});

test("a correction to the trained mix changes nothing, one to a single class decides", () => {
  const trained = mixOf([3, 1]);
  expect([...correctForMix([0.6, 0.4], trained, trained)]).toEqual([
    expect.closeTo(0.6, 12),
    expect.closeTo(0.4, 12),
  ]);
  expect([...correctForMix([0.6, 0.4], trained, Float64Array.of(0, 1))]).toEqual([0, 1]);
  expect([...correctForMix([1, 0], trained, Float64Array.of(0, 1))]).toEqual([0, 1]);
});

test("counts in equal shares are of one mix, counts that exclude each other are not", () => {
  expect(testMix([40, 40], [10, 10]).p).toBe(1);
  expect(testMix([40, 0], [0, 10]).p).toBeLessThan(0.001);
});

test("the truth counts among its permutations: no p-value is 0, and equals count", () => {
  expect(permutationP([5, 1, 2, 3])).toBe(0.25);
  expect(permutationP([2, 2, 2, 3])).toBe(1);
});

test("a matching draw has the mix asked for, to a row, as large as the scarcest class allows", () => {
  const labels = Int32Array.from({ length: 100 }, (_, row) => (row < 80 ? 0 : 1));
  const rows = drawMatching(labels, Float64Array.of(0.5, 0.5), { limit: 60, least: 10, seed: 1 });
  expect(rows.length).toBe(40);
  expect([...rows].filter((row) => labels[row] === 1)).toHaveLength(20);
  expect(drawMatching(labels, Float64Array.of(0, 1), { limit: 60, least: 50, seed: 1 })).toHaveLength(20);
});
