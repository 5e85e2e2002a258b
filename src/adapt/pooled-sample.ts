import { type Algebra, plainAlgebra } from "../base/algebra.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { type Pause, createPause } from "../base/pause.ts";
import { createRandom } from "../base/random.ts";

/** Two samples thrown together, and ways to part them again: what a two-sample test is computed from. */
export interface PooledSample {
  /** Rows of the first sample, which stand first, and of the second. */
  readonly known: number;
  readonly arrived: number;
  /** Products of the standardised rows over D: its trace is n where no column is constant. Shape: n x n. */
  readonly gram: Matrix;
  /** 1 for a row that counts as arrived, else 0: first the truth, then the permutations. Shape: (1 + P) x n. */
  readonly memberships: Matrix;
  readonly algebra: Algebra;
  readonly pause: Pause;
}

/** How two samples are compared. */
export interface PoolOptions extends WorkOptions {
  /** Draws the permutations; default 0. */
  readonly seed?: number | undefined;
  /** Default 999, so that the smallest p-value is 0.001. */
  readonly permutations?: number | undefined;
  readonly algebra?: Algebra | undefined;
}

/** Rows of each sample below which no permutation test says anything. */
export const leastSample = 5;
const usualPermutations = 999;

/**
 * Columns are standardised by the mean and the deviation of all rows together, which no permutation changes, so that
 * what is computed for the permutations is exchangeable with what is computed for the truth.
 * Shapes: N x D, M x D; N + M = n. Throws E_DATA below `leastSample` rows of either, E_SHAPE where the columns differ.
 */
export async function poolSamples(
  known: Matrix,
  arrived: Matrix,
  { seed = 0, permutations = usualPermutations, algebra = plainAlgebra, signal }: PoolOptions = {},
): Promise<PooledSample> {
  checkSamples(known, arrived);
  const rows = standardised(known, arrived);
  const products = await algebra.multiplyTransposed(rows, rows);
  const gram = { ...products, data: products.data.map((value) => value / rows.columns) };
  const memberships = drawMemberships(known.rows, arrived.rows, { seed, permutations });
  return {
    known: known.rows,
    arrived: arrived.rows,
    gram,
    memberships,
    algebra,
    pause: createPause(signal),
  };
}

/**
 * The share of ways to part the rows whose statistic is at least the true one's, the truth counted among them:
 * (1 + #{t_p ≥ t}) / (1 + P). Exact at every sample size where the samples are of one kind. Shape: 1 + P, the truth first.
 */
export function permutationP(statistics: ArrayLike<number>): number {
  let atLeast = 0;
  for (let i = 0; i < statistics.length; i += 1) if (statistics[i]! >= statistics[0]!) atLeast += 1;
  return atLeast / statistics.length;
}

function checkSamples(known: Matrix, arrived: Matrix): void {
  if (known.columns !== arrived.columns)
    throw new RootstockError(
      "E_SHAPE",
      `two samples: expected rows of ${known.columns} columns in both, got ${arrived.columns} in the second.`,
    );
  if (Math.min(known.rows, arrived.rows) < leastSample)
    throw new RootstockError(
      "E_DATA",
      `two samples: expected at least ${leastSample} rows in each, got ${known.rows} and ${arrived.rows}.`,
      { hint: "Collect more photos; from 50 on a test finds what matters." },
    );
}

/** (x − mean) / deviation over the rows of both; a constant column becomes 0. Shape: n x D. */
function standardised(known: Matrix, arrived: Matrix): Matrix {
  const { columns } = known;
  const data = new Float32Array(known.data.length + arrived.data.length);
  data.set(known.data);
  data.set(arrived.data, known.data.length);
  const rows = known.rows + arrived.rows;
  for (let j = 0; j < columns; j += 1) {
    let [sum, squares] = [0, 0];
    for (let at = j; at < data.length; at += columns) sum += data[at]!;
    const mean = sum / rows;
    for (let at = j; at < data.length; at += columns) squares += (data[at]! - mean) ** 2;
    const deviation = Math.sqrt(squares / rows);
    const scale = deviation > 1e-6 * Math.abs(mean) ? 1 / deviation : 0;
    for (let at = j; at < data.length; at += columns) data[at] = (data[at]! - mean) * scale;
  }
  return createMatrix(rows, columns, data);
}

function drawMemberships(
  known: number,
  arrived: number,
  { seed, permutations }: { seed: number; permutations: number },
): Matrix {
  const truth = new Float32Array(known + arrived).fill(1, known);
  const out = createMatrix(1 + permutations, truth.length);
  const random = createRandom(seed).fork("permutations");
  out.data.set(truth);
  for (let p = 1; p <= permutations; p += 1) rowOf(out, p).set(random.shuffle(truth));
  return out;
}
