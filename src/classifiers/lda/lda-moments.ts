import { createPause } from "../../base/pause.ts";
import type { LearnOptions } from "../learner.ts";
import type { RowChoice } from "../score-blocks.ts";
import type { CentredModel } from "../statistics/centred-model.ts";
import type { ClassMoments } from "../statistics/class-moments.ts";
import {
  meanVariance,
  momentMeans,
  overallMean,
  rowCount,
  withinProducts,
} from "../statistics/derive-moments.ts";
import { type MomentWork, solveShifted } from "../statistics/shifted-solver.ts";
import { type Shrinkage, intensityOf } from "./ledoit-wolf.ts";

/** How many rows are looked at between two pauses. */
const pauseEvery = 1024;

/** The rows that the moments are of, with their classes as the moments number them. */
type MomentRows = RowChoice & { readonly labels: Int32Array };

/**
 * LDA where D < N, from the classes' moments: Σ = (1 − s) S / n + s μI with S the pooled products about the classes' means;
 * each shrinkage costs one D x D Cholesky factor. wₖ = Σ⁻¹ (μₖ − m), bₖ = log πₖ − ½ (μₖ − m)·wₖ about the mean m of all rows.
 * Ledoit and Wolf's intensity needs Σ ‖x − μₖ‖⁴ too, which no sum over rows keeps in K x D numbers: it is asked for where it is
 * needed. Returns a function of the shrinkage.
 */
export async function discriminantsOnMoments(
  moments: ClassMoments,
  fourthsOf: () => Promise<number>,
  { algebra, pause = createPause(undefined) }: MomentWork,
): Promise<(shrinkage: Shrinkage) => Promise<CentredModel>> {
  const { columns, counts } = moments;
  const rows = rowCount(moments);
  const means = momentMeans(moments);
  const origin = overallMean(moments, means);
  const matrix = await withinProducts(moments, algebra);
  const right = means.map((value, at) => value - origin[at % columns]!);
  const sums = { rows, columns, squares: traceOf(matrix, columns), frobenius: squareSum(matrix) };
  const spread = meanVariance(sums.squares, rows, origin);
  let fourths: number | undefined;
  return async (shrinkage) => {
    if (shrinkage === "auto") fourths ??= await fourthsOf();
    const s = intensityOf(shrinkage, { ...sums, fourths: fourths ?? Number.NaN });
    const shifting = { scale: (1 - s) / rows, shift: s * spread, pause };
    const data = await solveShifted({ matrix, right }, shifting);
    const offsets = counts.map((count) => Math.log(count / rows));
    data.forEach((w, at) => (offsets[Math.floor(at / columns)]! -= (w * right[at]!) / 2));
    return { weights: { rows: counts.length, columns, data }, offsets, origin };
  };
}

/** Looks at the rows again for Σ ‖x − μ‖⁴ about the classes' means, once it is asked. */
export function fourthsOf(
  members: MomentRows,
  moments: ClassMoments,
  { pause }: Pick<LearnOptions, "pause">,
): () => Promise<number> {
  return async () => await fourthPowers(members, momentMeans(moments), pause);
}

/** Σᵢ ‖xᵢ − μ‖⁴ with the mean of each row's class, added to a sum of rows before. Shapes: n rows, K x D. */
export async function fourthPowers(
  { features: { columns, data, rows: all }, rows, labels }: MomentRows,
  means: Float64Array,
  pause: LearnOptions["pause"],
  before = 0,
): Promise<number> {
  let fourths = before;
  for (let i = 0; i < (rows?.length ?? all); i += 1) {
    if (i % pauseEvery === 0) await pause();
    const [at, mean] = [(rows?.[i] ?? i) * columns, labels[i]! * columns];
    let square = 0;
    for (let j = 0; j < columns; j += 1) square += (data[at + j]! - means[mean + j]!) ** 2;
    fourths += square * square;
  }
  return fourths;
}

function traceOf(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let j = 0; j < size; j += 1) sum += matrix[j * size + j]!;
  return sum;
}

function squareSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
