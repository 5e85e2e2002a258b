import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { acceptUpTo, testedRanks } from "./accept.ts";
import { binomialTail } from "./clopper-pearson.ts";

const rightOnes = (count: number): { confidence: number[]; correct: number[] } => ({
  confidence: Array.from({ length: count }, (_, i) => 1 - i / (2 * count)),
  correct: new Array<number>(count).fill(1),
});

test("148 photos without an error accept nothing at 2 %, and one is said to be missing; 149 accept all", () => {
  expect(acceptUpTo(rightOnes(148), { promise: 0.02 })).toMatchObject({
    threshold: Infinity,
    needed: 149,
    missing: 1,
  });
  const enough = acceptUpTo(rightOnes(149), { promise: 0.02 });
  expect(enough).toMatchObject({ missing: 0, rows: 149, errors: 0 });
  expect(enough.threshold).toBe(Math.min(...rightOnes(149).confidence));
  expect(acceptUpTo(rightOnes(0), { promise: 0.05 })).toMatchObject({ threshold: Infinity, missing: 59 });
});

test("an error among the surest accepts nothing, though there are photos enough", () => {
  const { confidence, correct } = rightOnes(149);
  correct[0] = 0;
  expect(acceptUpTo({ confidence, correct }, { promise: 0.02 })).toMatchObject({
    threshold: Infinity,
    missing: 0,
    errors: 1,
  });
});

test("photos that are equally sure are accepted together or not at all", () => {
  const confidence = [...new Array<number>(200).fill(0.9), ...new Array<number>(100).fill(0.5)];
  const correct = [...new Array<number>(200).fill(1), ...new Array<number>(100).fill(0)];
  expect(acceptUpTo({ confidence, correct }, { promise: 0.02 })).toMatchObject({ threshold: 0.9, rows: 200 });
});

test("thresholds stand at ranks that the number of photos decides, each the first to allow one more error or later", () => {
  const ranks = testedRanks(1000, 0.02, 0.95);
  expect(ranks[0]).toBe(149);
  expect(ranks.at(-1)).toBe(1000);
  for (const [i, rank] of ranks.entries()) if (i > 0) expect(rank).toBeGreaterThan(ranks[i - 1]!);
  expect(testedRanks(149, 0.02, 0.95)).toEqual([149]);
});

test("in 1,000 draws the true error above the threshold exceeds the promise in at most 5 %, by more than chance", () => {
  const random = createRandom(15);
  const promise = 0.05;
  const runs = 1000;
  let broken = 0;
  let none = 0;
  for (let run = 0; run < runs; run += 1) {
    const confidence = Array.from({ length: 400 }, () => random.next());
    const correct = confidence.map((sure) => Number(random.next() >= chanceOfError(sure)));
    const { threshold } = acceptUpTo({ confidence, correct }, { promise });
    if (threshold === Infinity) none += 1;
    else if (errorAbove(threshold) > promise) broken += 1;
  }
  expect(binomialTail(broken - 1, runs, 0.05)).toBeLessThan(0.999);
  expect(none).toBeLessThan(runs / 2);
});

test.each([0, 1, -0.1, Number.NaN, 2])("a promise of %s is E_OPTION", (promise) => {
  expect(() => acceptUpTo(rightOnes(200), { promise })).toThrow(
    expect.objectContaining({ code: "E_OPTION" }),
  );
});

/** Surer ones are less often wrong: from 30 % at 0 to none at 1. */
function chanceOfError(sure: number): number {
  return 0.3 * (1 - sure) ** 2;
}

/** Its mean above t, for a uniform confidence. */
function errorAbove(t: number): number {
  return 0.1 * (1 - t) ** 2;
}
