import { expect, test } from "vitest";
import { sizeAt, sizePhases, stepsLeft } from "./growing-size.ts";

test("sizes grow from 5/8 over 3/4 and 7/8 to the whole, each step has one, and the last steps have all of it", () => {
  const phases = sizePhases(64, true);
  const sides = Array.from({ length: 100 }, (_, step) => sizeAt(step, 100, phases).side);
  expect([...new Set(sides)]).toEqual([40, 48, 56, 64]);
  expect(sides).toEqual(sides.toSorted((a, b) => a - b));
  expect(sides.filter((side) => side === 64)).toHaveLength(25);
  expect(sizeAt(0, 100, phases)).toEqual({ side: 40, end: 30 });
});

test("a training of fewer steps than sizes still ends at the whole size", () => {
  const phases = sizePhases(32, true);
  for (const total of [1, 2, 3]) {
    expect(sizeAt(total - 1, total, phases)).toEqual({ side: 32, end: total });
    for (let step = 0; step < total; step += 1) expect(sizeAt(step, total, phases).end).toBeGreaterThan(step);
  }
});

test("without growth there is one size from the first step to the last", () => {
  expect(sizeAt(0, 10, sizePhases(48, false))).toEqual({ side: 48, end: 10 });
});

test("what is left counts a later, larger step as so many of now: 30 + 25 (48/40)² + 20 (56/40)² + 25 (64/40)²", () => {
  const phases = sizePhases(64, true);
  expect(stepsLeft(0, 100, phases)).toBeCloseTo(30 + 25 * 1.44 + 20 * 1.96 + 25 * 2.56, 9);
  expect(stepsLeft(80, 100, phases)).toBe(20);
  expect(stepsLeft(100, 100, phases)).toBe(0);
});
