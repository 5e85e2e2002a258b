import { expect, test } from "vitest";
import { drawBeta } from "./beta.ts";
import { createRandom } from "./random.ts";

const count = 40_000;

function draws(a: number, b: number, seed = 1): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawBeta(random, a, b));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** E xᵏ = Π (a + i) / (a + b + i), i from 0 to k - 1. */
function moment(a: number, b: number, k: number): number {
  return Array.from({ length: k }, (_, i) => (a + i) / (a + b + i)).reduce((x, y) => x * y, 1);
}

for (const [a, b] of [
  [0.2, 0.2],
  [1, 1],
  [4, 4],
  [0.5, 3],
] as const)
  test(`drawBeta(${a}, ${b}): the first four moments are the law's within five standard errors`, () => {
    const values = draws(a, b);
    for (let k = 1; k <= 4; k += 1) {
      const expected = moment(a, b, k);
      const deviation = Math.sqrt((moment(a, b, 2 * k) - expected ** 2) / count);
      expect(Math.abs(mean(values.map((value) => value ** k)) - expected)).toBeLessThan(5 * deviation);
    }
  });

test("drawBeta: within [0, 1] for shapes near 0 and far from it, decided by the seed", () => {
  for (const shape of [1e-3, 0.1, 50]) {
    const values = draws(shape, shape);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  }
  expect(draws(0.3, 0.3)).toEqual(draws(0.3, 0.3));
  expect(draws(0.3, 0.3)).not.toEqual(draws(0.3, 0.3, 2));
});
