import { type Matrix, createMatrix } from "../base/matrix.ts";
import type { HyperParameters } from "./classifier.ts";

/** What one class against the rest asks of the dual variables. Each shape: n. */
export interface BinarySide {
  /** +1 for the class, −1 for the rest. */
  readonly signs: Float64Array;
  /** Largest αᵢ. */
  readonly upper: Float64Array;
  /** Added to the diagonal of Q. */
  readonly ridge: Float64Array;
}

/** Class `positive` against the rest under the parameters C, loss and classWeights. */
export function oneAgainstRest(
  labels: Int32Array,
  positive: number,
  { C, loss, classWeights }: HyperParameters,
): BinarySide {
  const signs = Float64Array.from(labels, (label) => (label === positive ? 1 : -1));
  const positives = signs.reduce((count, sign) => count + (sign > 0 ? 1 : 0), 0);
  const weight = (sign: number): number =>
    classWeights === "auto" ? signs.length / (2 * (sign > 0 ? positives : signs.length - positives)) : 1;
  const costs = signs.map((sign) => Number(C) * weight(sign));
  const isHinge = loss === "hinge";
  return {
    signs,
    upper: isHinge ? costs : costs.map(() => Infinity),
    ridge: isHinge ? new Float64Array(costs.length) : costs.map((cost) => 1 / (2 * cost)),
  };
}

/** K + c: the Gram matrix with a constant feature of square c joined to every row. */
export function addConstant({ rows, columns, data }: Matrix, constant: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => value + constant),
  );
}

/** αᵢ yᵢ: the coefficient of each row in w. */
export function signedAlpha(alpha: Float64Array, signs: Float64Array): Float64Array {
  return alpha.map((value, i) => value * signs[i]!);
}
