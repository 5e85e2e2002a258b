import { expect, test } from "vitest";
import { incompleteBeta, logGamma } from "./incomplete-beta.ts";

// SciPy 1.17.1, test/reference/evaluate/resampled.py

test("logGamma is SciPy's gammaln", () => {
  const found = [0.1, 0.5, 1, 3.7, 50.25, 1000].map(logGamma);
  const expected = [
    2.252712651734206, 0.5723649429247, 0, 1.428072326665388, 145.5418715963321, 5905.220423209181,
  ];
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
});

test("incompleteBeta is SciPy's betainc on both sides of the mean, and 0 and 1 at the ends", () => {
  const cases: readonly (readonly [number, number, number, number])[] = [
    [0.3, 2, 3, 0.34829999999999994],
    [0.9, 0.5, 0.5, 0.7951672353008665],
    [0.5, 200, 210, 0.6894852134274166],
    [0.999, 30, 0.5, 0.8072373061595369],
  ];
  for (const [x, a, b, expected] of cases) expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 11);
  expect(incompleteBeta(0.01, 7, 0.5) / 2.1039525492990495e-15).toBeCloseTo(1, 9);
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
});
