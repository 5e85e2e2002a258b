import { expect, test } from "vitest";
import { advanceMeter, secondsLeft, startMeter } from "./progress.ts";

test("a steady speed is the rate from the first step on, whatever the size of the steps", () => {
  let meter = startMeter(0, 0);
  expect(meter.rate).toBeNull();
  for (const ms of [10, 500, 530, 4000]) {
    meter = advanceMeter(meter, ms / 10, ms);
    expect(meter.rate).toBeCloseTo(100, 9);
  }
  expect(secondsLeft(meter, 1000, 4000)).toBeCloseTo(6, 9);
  expect(secondsLeft(meter, 1000, 5000)).toBeCloseTo(5, 9);
});

test("a changed speed is followed: after 8 s about 63 % of the way, after 40 s nearly all", () => {
  const fast = advanceMeter(startMeter(0, 0), 100, 1000);
  const after8 = advanceMeter(fast, 180, 9000);
  expect(after8.rate).toBeCloseTo(100 - 90 * (1 - Math.exp(-1)), 9);
  expect(advanceMeter(fast, 500, 41_000).rate).toBeLessThan(11);
});

test("splitting a stretch of work in two gives the same rate as taking it whole", () => {
  const start = advanceMeter(startMeter(0, 0), 100, 1000);
  const whole = advanceMeter(start, 300, 5000);
  const split = advanceMeter(advanceMeter(start, 200, 3000), 300, 5000);
  expect(split.rate).toBeCloseTo(whole.rate!, 9);
});

test("no progress, no time and steps back change nothing; time left never falls below 0", () => {
  const meter = advanceMeter(startMeter(0, 0), 10, 1000);
  expect(advanceMeter(meter, 10, 2000)).toBe(meter);
  expect(advanceMeter(meter, 20, 1000)).toBe(meter);
  expect(advanceMeter(meter, 5, 2000)).toBe(meter);
  expect(secondsLeft(meter, 20, 60_000)).toBe(0);
  expect(secondsLeft(startMeter(0, 0), 20, 1000)).toBeNull();
});
