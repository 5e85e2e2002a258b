import { choleskyInSteps, solveCholeskyInSteps } from "../../base/linear-algebra.ts";
import type { Matrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { classCounts } from "../class-statistics.ts";
import { type Shrinkage, intensityOf } from "./ledoit-wolf.ts";

/** Discriminants as sums over training rows: wₖ = Σᵢ aₖᵢ xᵢ. Shapes: K of n, K. */
export interface RowDiscriminants {
  readonly coefficients: readonly Float64Array[];
  readonly offsets: Float64Array;
}

/**
 * LDA where D ≥ N, from the Gram matrix of the rows alone, exactly. With R the rows less their class means,
 * Σ = (1 − s) RᵀR / n + s μI, λ = s μ n / (1 − s) and the Woodbury identity,
 * wₖ = Σ⁻¹ μₖ = (μₖ − Rᵀ (RRᵀ + λI)⁻¹ R μₖ) / (s μ).
 * Every factor on the right is a sum over rows, so a shrinkage costs one n x n Cholesky factor.
 * Shapes: n x n, n labels; returns a function of the shrinkage. `columns` is D.
 */
export function discriminantsOnGram(
  gram: Matrix,
  labels: Int32Array,
  { classCount, columns, pause }: { classCount: number; columns: number; pause: Pause },
): (shrinkage: Shrinkage) => Promise<RowDiscriminants> {
  const n = gram.rows;
  const counts = classCounts(labels, classCount);
  const byMean = productsWithMeans(gram, labels, counts);
  const residual = residualGram(gram, { labels, counts, byMean });
  const right = withoutClassMeans(byMean, labels, counts);
  const sums = { ...gramSums(residual, n), rows: n, columns };
  const spread = sums.squares / (n * columns) || 1;
  return async (shrinkage) => {
    const s = intensityOf(shrinkage, sums);
    const shift = (s * spread * n) / (1 - s);
    const inner = s < 1 ? await solveShifted(residual, right, { shift, pause }) : right.map(() => 0);
    const through = withoutClassMeans(inner, labels, counts);
    const coefficients = Array.from(counts, (count, k) =>
      Float64Array.from(
        labels,
        (label, i) => ((label === k ? 1 / count : 0) - through[i * classCount + k]!) / (s * spread),
      ),
    );
    const offsets = Float64Array.from(counts, (count, k) => {
      const square = coefficients[k]!.reduce((sum, a, i) => sum + a * byMean[i * classCount + k]!, 0);
      return Math.log(count / n) - square / 2;
    });
    return { coefficients, offsets };
  };
}

/** xᵢ·μₖ. Shapes: n x n -> n x K. */
function productsWithMeans(gram: Matrix, labels: Int32Array, counts: Int32Array): Float64Array {
  const [n, k] = [gram.rows, counts.length];
  const out = new Float64Array(n * k);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < n; j += 1) out[i * k + labels[j]!]! += gram.data[i * n + j]! / counts[labels[j]!]!;
  return out;
}

/** (I − H) V: each row less the mean of its class. Shapes: n x K -> n x K. */
function withoutClassMeans(values: Float64Array, labels: Int32Array, counts: Int32Array): Float64Array {
  const k = counts.length;
  const means = classRowMeans(values, labels, counts);
  return values.map((value, at) => value - means[labels[Math.floor(at / k)]! * k + (at % k)]!);
}

/** Mean over the rows of each class. Shapes: n x K -> K x K. */
function classRowMeans(values: Float64Array, labels: Int32Array, counts: Int32Array): Float64Array {
  const k = counts.length;
  const means = new Float64Array(k * k);
  values.forEach((value, at) => {
    const label = labels[Math.floor(at / k)]!;
    means[label * k + (at % k)]! += value / counts[label]!;
  });
  return means;
}

/** RRᵀ: rᵢ·rⱼ = xᵢ·xⱼ − xᵢ·μ(j) − μ(i)·xⱼ + μ(i)·μ(j), where μ(i) is the mean of row i's class. Shape: n x n. */
function residualGram(
  gram: Matrix,
  { labels, counts, byMean }: { labels: Int32Array; counts: Int32Array; byMean: Float64Array },
): Float64Array {
  const [n, k] = [gram.rows, counts.length];
  const between = classRowMeans(byMean, labels, counts);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < n; j += 1) {
      const [a, b] = [labels[i]!, labels[j]!];
      out[i * n + j] = gram.data[i * n + j]! - byMean[i * k + b]! - byMean[j * k + a]! + between[a * k + b]!;
    }
  return out;
}

function gramSums(gram: Float64Array, n: number): { squares: number; fourths: number; frobenius: number } {
  const sums = { squares: 0, fourths: 0, frobenius: 0 };
  for (let i = 0; i < n; i += 1) {
    sums.squares += gram[i * n + i]!;
    sums.fourths += gram[i * n + i]! ** 2;
  }
  for (const value of gram) sums.frobenius += value * value;
  return sums;
}

/** (A + λI)⁻¹ B. Shapes: n x n, n x K -> n x K. */
async function solveShifted(
  a: Float64Array,
  b: Float64Array,
  { shift, pause }: { shift: number; pause: Pause },
): Promise<Float64Array> {
  const size = Math.sqrt(a.length);
  const data = Float64Array.from(a);
  for (let i = 0; i < size; i += 1) data[i * size + i]! += shift;
  return await solveCholeskyInSteps(await choleskyInSteps({ size, data }, pause), b, pause);
}
