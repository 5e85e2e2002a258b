import { expect, test } from "vitest";
import { createMatrix } from "../base/matrix.ts";
import { type Random, createRandom } from "../base/random.ts";
import { familiarityFor, familiarityOf, unknownRule } from "./familiarity.ts";

const draw = (random: Random, rows: number) =>
  createMatrix(
    rows,
    3,
    Float32Array.from({ length: 3 * rows }, (_, i) => random.normal() + (i % 3 === 0 ? 3 : 0)),
  );

test("familiarityOf is log sum exp, also where exp alone would overflow", () => {
  expect(familiarityOf(Float32Array.of(0, 0))).toBeCloseTo(Math.log(2), 6);
  expect(familiarityOf(Float32Array.of(1000, 0))).toBe(1000);
});

test("unknownRule keeps the promised share of photos that it has not seen", () => {
  const random = createRandom(4);
  for (const [photos, keep] of [
    [40, 0.9],
    [200, 0.95],
  ] as const) {
    let kept = 0;
    for (let run = 0; run < 400; run += 1) {
      const rule = unknownRule(draw(random, photos))!;
      const least = familiarityFor(rule, keep)!;
      const next = draw(random, 25);
      for (let i = 0; i < 25; i += 1)
        kept += Number(familiarityOf(next.data.subarray(3 * i, 3 * i + 3)) >= least);
    }
    expect(kept / 10_000).toBeGreaterThan(keep - 0.01);
    expect(kept / 10_000).toBeLessThan(keep + 0.035);
  }
});

test("unknownRule promises no more than its photos allow, and passes over rows that no fold held out", () => {
  const few = createMatrix(12, 2, new Float32Array(24).fill(1));
  few.data.fill(Number.NaN, 0, 4);
  const rule = unknownRule(few)!;
  expect(rule.photos).toBe(10);
  expect(familiarityFor(rule, 0.9)).not.toBeNull(); // the least of ten and one more
  expect(familiarityFor(rule, 0.95)).toBeNull();
  expect(unknownRule(createMatrix(0, 2))).toBeNull();
});
