import { expect, test } from "vitest";
import { createRandom, type Random } from "../base/random.ts";
import { accuracyInterval, wilsonInterval } from "./accuracy-interval.ts";
import { comparePaired } from "./paired-comparison.ts";

/**
 * Why these intervals: over many simulated data sets a 95 % interval must hold the true value about 95 times of 100.
 * Groups have 1 to 6 rows that agree with probability `likeness`, as copies of one photo do.
 */
interface Setting {
  readonly groupCount: number;
  readonly accuracy: number;
  readonly likeness: number;
}

const repeats = 1500;

function drawGroups(random: Random, { groupCount, accuracy, likeness }: Setting) {
  const correct: number[] = [];
  const groups: string[] = [];
  for (let g = 0; g < groupCount; g += 1) {
    const shared = random.next() < accuracy ? 1 : 0;
    const count = 1 + random.integer(6);
    for (let i = 0; i < count; i += 1) {
      correct.push(random.next() < likeness ? shared : random.next() < accuracy ? 1 : 0);
      groups.push(`photo ${g}`);
    }
  }
  return { correct, groups };
}

function coverage(contains: (random: Random) => boolean): number {
  const random = createRandom(42);
  let hits = 0;
  for (let r = 0; r < repeats; r += 1) hits += contains(random.fork(r)) ? 1 : 0;
  return hits / repeats;
}

const settings: Setting[] = [
  { groupCount: 300, accuracy: 0.85, likeness: 0.9 },
  { groupCount: 100, accuracy: 0.95, likeness: 0.9 },
  { groupCount: 30, accuracy: 0.8, likeness: 1 },
  { groupCount: 60, accuracy: 0.97, likeness: 1 },
  { groupCount: 200, accuracy: 0.5, likeness: 0 },
];

test.each(settings)("accuracyInterval holds the truth 93 to 98 times of 100: %o", (setting) => {
  const share = coverage((random) => {
    const { correct, groups } = drawGroups(random, setting);
    const { low, high } = accuracyInterval(correct, groups);
    return low <= setting.accuracy && setting.accuracy <= high;
  });
  expect(share).toBeGreaterThan(0.93);
  expect(share).toBeLessThan(0.98);
});

test("counting copies as independent rows would hold it less than 80 times of 100", () => {
  const setting = settings[0]!;
  const share = coverage((random) => {
    const { correct } = drawGroups(random, setting);
    const mean = correct.reduce((a, b) => a + b, 0) / correct.length;
    const { low, high } = wilsonInterval(mean, correct.length);
    return low <= setting.accuracy && setting.accuracy <= high;
  });
  expect(share).toBeLessThan(0.8);
});

test.each([
  { groupCount: 300, likeness: 0, gain: 0.03 },
  { groupCount: 150, likeness: 0.9, gain: 0.05 },
  { groupCount: 40, likeness: 0, gain: 0 },
])("comparePaired's interval holds the true difference 93 to 99 times of 100: %o", (setting) => {
  const accuracy = 0.85;
  const share = coverage((random) => {
    const { correct, groups } = drawGroups(random, { ...setting, accuracy });
    // B is A with a share of its answers drawn anew at a lower accuracy, so the true difference is gain / 2.
    const b = correct.map((value) =>
      random.next() < 0.5 ? value : random.next() < accuracy - setting.gain ? 1 : 0,
    );
    const { low, high } = comparePaired(correct, b, groups);
    return low <= setting.gain / 2 && setting.gain / 2 <= high;
  });
  expect(share).toBeGreaterThan(0.93);
  expect(share).toBeLessThan(0.99);
});

test("accuracyInterval without groups is Wilson's; with one group it is as wide as one row's", () => {
  const right = [1, 1, 1, 0];
  expect(accuracyInterval(right)).toEqual({ mean: 0.75, ...wilsonInterval(0.75, 4) });
  expect(accuracyInterval(right, ["a", "a", "a", "a"])).toEqual({ mean: 0.75, ...wilsonInterval(0.75, 1) });
  expect(accuracyInterval([])).toEqual({ mean: 0, low: 0, high: 1 });
});

test("accuracyInterval has a width where every row is right, wider when rows are copies", () => {
  const apart = accuracyInterval([1, 1, 1, 1, 1, 1]);
  const copies = accuracyInterval([1, 1, 1, 1, 1, 1], ["a", "a", "a", "b", "b", "b"]);
  expect(apart.high).toBe(1);
  expect(apart.low).toBeLessThan(0.7);
  expect(copies.low).toBeLessThan(apart.low);
});
