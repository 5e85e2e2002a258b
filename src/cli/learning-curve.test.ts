import { expect, test } from "vitest";
import { learningCurve } from "./learning-curve.ts";

test("learningCurve: a bar for each epoch from 0 to the best, with the scale beside it", () => {
  expect(learningCurve([0.1, 0.2, 0.4, 0.35], { width: 80 })).toEqual([
    "40.0 % │  █",
    "       │  ██",
    "       │  ██",
    "       │  ██",
    "20.0 % │ ███",
    "       │ ███",
    "       │████",
    " 0.0 % │████",
  ]);
});

test("learningCurve: more epochs than columns are drawn by the last of each part; the newest is always there", () => {
  const shares = Array.from({ length: 200 }, (_, i) => (i === 199 ? 1 : 0.5));
  const lines = learningCurve(shares, { width: 30 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
  expect(lines[0]!.endsWith("█")).toBe(true);
  expect(lines[0]!.match(/█/g)).toHaveLength(1);
  expect(lines.at(-1)!.match(/█/g)!.length).toBeGreaterThan(15);
});

test("learningCurve: nothing measured, or nothing ever right, is no picture", () => {
  expect(learningCurve([], { width: 80 })).toEqual([]);
  expect(learningCurve([0, 0], { width: 80 })).toEqual([]);
});
