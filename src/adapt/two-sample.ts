import { cholesky, solveCholesky } from "../base/linear-algebra.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { type PooledSample, permutationP } from "./pooled-sample.ts";

/** What a classifier that tries to tell two samples apart achieves on rows it did not learn from. */
export interface ClassifierTest {
  /** Mean of the two samples' shares that are told right; 0.5 where nothing tells them apart. */
  readonly accuracy: number;
  /** Chance that an arrived row looks more like the second sample than a known row does; 0.5 by luck. The test's statistic. */
  readonly auc: number;
  readonly p: number;
  /** How much more like the second sample each arrived row is than like the first. Shape: M. */
  readonly scores: Float64Array;
}

/** The penalty, in multiples of the mean eigenvalue of the Gram matrix. */
const penalty = 3;

/**
 * Classifier two-sample test: a ridge classifier says of each row, left out of its fit, to which sample it belongs.
 * With A = (G + λI)⁻¹ and targets y that sum to 0, the score of row i without itself is yᵢ − (A y)ᵢ / Aᵢᵢ, so that the
 * fits of all rows and permutations are one product. p counts permutations with an AUC at least as large.
 * Source: Lopez-Paz & Oquab 2017; leave-one-out of ridge: Golub, Heath & Wahba 1979. Witness: scikit-learn's `RidgeCV`
 * fits without the row, `roc_auc_score`.
 */
export async function classifierTwoSample(sample: PooledSample): Promise<ClassifierTest> {
  const { known, arrived, gram, memberships, algebra, pause } = sample;
  const n = gram.rows;
  const inverse = invertRegularised(gram);
  await pause();
  const share = arrived / n;
  const targets = createMatrix(
    memberships.rows,
    n,
    memberships.data.map((member) => member - share),
  );
  const products = await algebra.multiplyTransposed(targets, inverse);
  const aucs = new Float64Array(memberships.rows);
  for (let p = 0; p < memberships.rows; p += 1) {
    await pause();
    aucs[p] = areaUnderCurve(scoresOf({ targets, products, inverse }, p), rowOf(memberships, p));
  }
  const scores = scoresOf({ targets, products, inverse }, 0);
  const right = (from: number, to: number, isArrived: boolean): number =>
    scores.slice(from, to).filter((score) => score > 0 === isArrived).length / (to - from);
  return {
    accuracy: (right(0, known, false) + right(known, n, true)) / 2,
    auc: aucs[0]!,
    p: permutationP(aucs),
    scores: scores.slice(known),
  };
}

/** (G + λI)⁻¹ with λ = `penalty` times the mean eigenvalue. Shape: n x n. */
function invertRegularised({ rows: size, data }: Matrix): Matrix {
  const regular = Float64Array.from(data);
  let trace = 0;
  for (let i = 0; i < size; i += 1) trace += data[i * size + i]!;
  const lambda = penalty * (trace > 0 ? trace / size : 1); // where all rows are alike every score is 0, whatever the penalty
  const identity = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    regular[i * size + i]! += lambda;
    identity[i * size + i] = 1;
  }
  const inverse = solveCholesky(cholesky({ size, data: regular }), identity);
  return createMatrix(size, size, Float32Array.from(inverse));
}

interface LeftOut {
  /** Shape: (1 + P) x n, as `products`. */
  readonly targets: Matrix;
  readonly products: Matrix;
  /** Shape: n x n. */
  readonly inverse: Matrix;
}

/** yᵢ − (A y)ᵢ / Aᵢᵢ of the p-th way to part the rows. Shape: n. */
function scoresOf({ targets, products, inverse }: LeftOut, p: number): Float64Array {
  const [y, product] = [rowOf(targets, p), rowOf(products, p)];
  return Float64Array.from(y, (value, i) => value - product[i]! / inverse.data[i * inverse.columns + i]!);
}

/** Mann and Whitney's U over the number of pairs, ties counting half. Shapes: n, n (1: positive). */
export function areaUnderCurve(scores: Float64Array, members: ArrayLike<number>): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [rankSum, positives] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1)
      if (members[order[at]!] === 1) {
        rankSum += (from + 1 + to) / 2;
        positives += 1;
      }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}
