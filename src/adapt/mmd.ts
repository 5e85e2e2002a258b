import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { distancesFromGram } from "../classifiers/neighbours/reference-rows.ts";
import { type PooledSample, permutationP } from "./pooled-sample.ts";

/** How far two samples lie apart under a kernel. */
export interface DiscrepancyTest {
  /** Unbiased estimate; around 0, below it too, where the samples are of one kind. */
  readonly squared: number;
  readonly p: number;
  /** The kernel's scale: the median distance between two rows. */
  readonly bandwidth: number;
}

/**
 * Maximum mean discrepancy with the kernel exp(−d² / median d²) over standardised rows:
 * MMD² = mean of k within the first + mean within the second − 2 mean across, a row with itself left out. The sums of all
 * permutations come from the products of their memberships with the kernel matrix, computed at once.
 * Source: Gretton et al. 2012, lemma 6. Witness: NumPy.
 */
export async function meanDiscrepancy(sample: PooledSample): Promise<DiscrepancyTest> {
  const { known, arrived, gram, memberships, algebra, pause } = sample;
  const distances = distancesFromGram(gram);
  const median = medianAbove(distances);
  const kernel = kernelOf(distances, median);
  const products = await algebra.multiplyTransposed(memberships, kernel);
  const total = sumOf(kernel.data);
  const statistics = new Float64Array(memberships.rows);
  for (let p = 0; p < memberships.rows; p += 1) {
    await pause();
    const [members, row] = [rowOf(memberships, p), rowOf(products, p)];
    let [within, touching] = [0, 0];
    for (let i = 0; i < row.length; i += 1) {
      touching += row[i]!;
      within += members[i]! * row[i]!;
    }
    const across = touching - within;
    const first = total - touching - across;
    statistics[p] =
      first / (known * (known - 1)) + within / (arrived * (arrived - 1)) - (2 * across) / (known * arrived);
  }
  return {
    squared: statistics[0]!,
    p: permutationP(statistics),
    bandwidth: Math.sqrt(median),
  };
}

/** exp(−d² / median), 0 on the diagonal; where more than half of the rows are equal, 1 for equal rows alone. */
function kernelOf({ rows, data }: Matrix, median: number): Matrix {
  const kernel = data.map((squared) => (median > 0 ? Math.exp(-squared / median) : Number(squared === 0)));
  for (let i = 0; i < rows; i += 1) kernel[i * rows + i] = 0;
  return createMatrix(rows, rows, kernel);
}

/** The lower median of what stands above the diagonal. */
function medianAbove({ rows, data }: Matrix): number {
  const above = new Float32Array((rows * (rows - 1)) / 2);
  let at = 0;
  for (let i = 0; i < rows; i += 1)
    for (let j = i + 1; j < rows; j += 1) {
      above[at] = data[i * rows + j]!;
      at += 1;
    }
  return above.sort()[(above.length - 1) >> 1]!;
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
