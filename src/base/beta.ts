import type { Random } from "./random.ts";

/**
 * A draw from Beta(a, b): X / (X + Y) with X and Y from the gamma distributions of shapes a and b. In [0, 1]; mean
 * a / (a + b), variance a b / ((a + b)² (a + b + 1)). `a` and `b` above 0.
 */
export function drawBeta(random: Random, a: number, b: number): number {
  const [x, y] = [drawLogGamma(random, a), drawLogGamma(random, b)];
  return 1 / (1 + Math.exp(y - x));
}

/**
 * The logarithm of a draw from Gamma(shape, 1), which a shape near 0 would round to 0 itself.
 * Below 1 by Γ(a) = Γ(a + 1) U^(1/a). Source: Marsaglia & Tsang 2000.
 */
function drawLogGamma(random: Random, shape: number): number {
  if (shape < 1) return drawLogGamma(random, shape + 1) + Math.log(1 - random.next()) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}
