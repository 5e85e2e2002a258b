import { expect, test } from "vitest";
import { createPause } from "../../base/pause.ts";
import { type JointFunctions, minimiseTogether } from "./minimise-together.ts";

const sizes = [1, 30, 1e4];

/** ½ Σⱼ sⱼ (xⱼ − i)² + ¼ Σⱼ (xⱼ − i)⁴ + 1 for function i: its lowest point is i everywhere, its value there 1. */
function bowls(asked: number[][]): JointFunctions {
  return {
    count: 4,
    size: 3,
    groupSize: 2,
    evaluate: async (points, groups) => {
      asked.push([...groups]);
      const functions = groups.flatMap((group) => [2 * group, 2 * group + 1]);
      const values = new Float64Array(functions.length);
      const gradients = new Float64Array(points.length);
      functions.forEach((i, at) => {
        values[at] = 1;
        for (let j = 0; j < 3; j += 1) {
          const x = points[at * 3 + j]! - i;
          values[at]! += (sizes[j]! * x * x) / 2 + x ** 4 / 4;
          gradients[at * 3 + j] = sizes[j]! * x + x ** 3;
        }
      });
      return { values, gradients };
    },
    flatten: async (vectors) => vectors.map((value, at) => value / (1 + sizes[at % 3]!)),
  };
}

const options = { tolerance: 1e-12, maxRounds: 100, pause: createPause(undefined) };

test("minimiseTogether: each function comes to its own lowest point, in few rounds although they are narrow", async () => {
  const asked: number[][] = [];
  const shares: number[] = [];
  const start = Float64Array.from({ length: 12 }, (_, at) => (at < 6 ? at % 2 : 9));
  const tell = (share: number): void => void shares.push(share);
  const { points, isSettled, gap } = await minimiseTogether(bowls(asked), start, { ...options, tell });
  points.forEach((value, at) => expect(value).toBeCloseTo(Math.floor(at / 3), 5));
  expect(isSettled).toBe(true);
  expect(gap).toBeLessThan(1e-12);
  expect(asked.length).toBeLessThan(40);
  expect(asked[0]).toEqual([0, 1]);
  expect(asked.at(-1)!.length).toBe(1);
  expect(shares.at(-1)).toBeGreaterThan(0.8);
});

test("minimiseTogether: where its rounds are used up it says so, and how much is left", async () => {
  const start = new Float64Array(12).fill(20);
  const { isSettled, gap } = await minimiseTogether(bowls([]), start, { ...options, maxRounds: 2 });
  expect(isSettled).toBe(false);
  expect(gap).toBeGreaterThan(1e-6);
});
