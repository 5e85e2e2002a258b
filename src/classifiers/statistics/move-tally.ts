import type { ClassTally, TallyTails } from "./class-tally.ts";
import { moveMoments } from "./combine-moments.ts";

/**
 * The same rows about another point c + δ; with n rows, s = Σ y, P = Σ yyᵀ, q = Σ |y|², y' = y − δ:
 * Σ |y'|² y' = C − q δ − 2 P δ + 2 (s·δ) δ + |δ|² s − n |δ|² δ,
 * Σ |y'|⁴ = F − 4 δ·C + 2 |δ|² q + 4 δᵀPδ − 4 |δ|² δ·s + n |δ|⁴. Shape of `point`: D.
 */
export function moveTally({ moments, tails }: ClassTally, point: Float64Array): ClassTally {
  const moved = { ...moveMoments(moments, point), shifts: point };
  return { moments: moved, tails: tails && movedTails({ moments, tails }, point) };
}

function movedTails({ moments, tails }: ClassTally & { tails: TallyTails }, point: Float64Array): TallyTails {
  const { columns, sums, shifts, squares, products } = moments;
  const count = moments.counts[0]!;
  const step = point.map((to, j) => to - shifts[j]!);
  const size = dot(step, step);
  const along = dot(sums, step);
  const total = squares.reduce((sum, value) => sum + value, 0);
  const turned = step.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j += 1) sum += products![i * columns + j]! * step[j]!;
    return sum;
  });
  return {
    cubes: tails.cubes.map(
      (cube, j) => cube - 2 * turned[j]! + (2 * along - total - count * size) * step[j]! + size * sums[j]!,
    ),
    fourths:
      tails.fourths -
      4 * dot(step, tails.cubes) +
      2 * size * total +
      4 * dot(step, turned) -
      4 * size * along +
      count * size * size,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
}
