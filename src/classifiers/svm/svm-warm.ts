import { dot } from "../../base/algebra.ts";
import { rowOf } from "../../base/matrix.ts";
import { rowsTimes } from "../gram.ts";
import type { DualPoint, DualProblem } from "./svm-dual.ts";
import { type FeaturePoint, type FeatureProblem, startFeatures } from "./svm-primal.ts";
import { type BinarySide, bestMultiple } from "./svm-problem.ts";

/** What an earlier model makes of the rows in one problem. Shapes: n, n. */
export interface EarlierScores {
  readonly scores: Float64Array;
  /** 1 for each row that it was fitted on. */
  readonly known: Uint8Array;
}

/**
 * β of the rows that the earlier model was fitted on, as its optimum of squared hinge has them: α = slack / d. New rows begin
 * at 0, as do all of a class that the earlier model did not know. Shape: n.
 */
function earlierMultipliers(
  { signs, ridge }: Pick<BinarySide, "signs" | "ridge">,
  { scores, known }: EarlierScores,
): Float64Array {
  const isUnknown = scores.every((score) => score === 0);
  return signs.map((sign, i) => {
    const slack = Math.max(0, 1 - sign * scores[i]!);
    return isUnknown || known[i] === 0 ? 0 : (sign * slack) / ridge[i]!;
  });
}

/** Where `solveDual` begins after an earlier model: the best multiple of its coefficients. */
export function warmDual(problem: DualProblem, earlier: EarlierScores): DualPoint {
  const { gram, signs, ridge } = problem;
  const beta = earlierMultipliers(problem, earlier);
  const products = rowsTimes(gram, beta).map((value, i) => value + ridge[i]! * beta[i]!);
  const scale = bestMultiple(problem, beta, products);
  return {
    beta: beta.map((value) => value * scale),
    residual: products.map((product, i) => signs[i]! - product * scale),
  };
}

/** Where `solveWithFeatures` begins after an earlier model, as `warmDual`. */
export function warmFeatures(problem: FeatureProblem, earlier: EarlierScores): FeaturePoint {
  const { features, signs, ridge } = problem;
  const { columns } = features;
  const beta = earlierMultipliers(problem, earlier);
  const { weights } = startFeatures(problem);
  beta.forEach((value, i) => {
    if (value === 0) return;
    const row = rowOf(features, i);
    for (let j = 0; j < columns; j += 1) weights[j]! += value * row[j]!;
    weights[columns]! += value;
  });
  const ofRow = (i: number): number => dot(rowOf(features, i), weights.subarray(0, columns));
  const products = beta.map((value, i) => ofRow(i) + weights[columns]! + ridge[i]! * value);
  const scale = bestMultiple(problem, beta, products);
  return {
    alpha: beta.map((value, i) => value * signs[i]! * scale),
    weights: weights.map((value) => value * scale),
  };
}
