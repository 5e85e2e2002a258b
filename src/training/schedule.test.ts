import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Schedule, constantRate, firstPart, oneCycle, warmUpCosine } from "./schedule.ts";

/** Rates of PyTorch at steps 0 to 40 of 40 (test/reference/autodiff/make_training.py). */
const { schedules } = JSON.parse(readFileSync("test/reference/autodiff/training.json", "utf8")) as {
  schedules: { oneCycle: readonly number[]; warmUpCosine: readonly number[] };
};

function furthest(schedule: Schedule, expected: readonly number[]): number {
  return Math.max(...expected.map((rate, step) => Math.abs(rate - schedule(step / (expected.length - 1)))));
}

test("oneCycle: PyTorch's OneCycleLR over 40 steps, 12 of them rising", () => {
  expect(schedules.oneCycle.length).toBe(41);
  expect(furthest(oneCycle(), schedules.oneCycle)).toBeLessThan(1e-12);
});

test("warmUpCosine: PyTorch's LinearLR, then CosineAnnealingLR, never below its floor", () => {
  const floored = schedules.warmUpCosine.map((rate) => Math.max(0.01, rate));
  expect(furthest(warmUpCosine(), floored)).toBeLessThan(1e-8);
});

test("firstPart: a training that ends at a third follows the whole one's first third", () => {
  const third = firstPart(oneCycle(), 1 / 3);
  for (const step of [0, 4, 9]) expect(third(step / 10)).toBeCloseTo(oneCycle()(step / 30), 12);
});

test("constantRate: the peak rate at every step", () => {
  expect([0, 0.5, 0.99].map(constantRate)).toEqual([1, 1, 1]);
});
