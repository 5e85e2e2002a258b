import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { HyperParameters } from "../classifier.ts";

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

/**
 * The s that maximises yᵀ(sβ) − ½ (sβ)ᵀQ(sβ) with |sβᵢ| ≤ uᵢ: where the solution of one problem is continued under other
 * bounds. Between one where most rows are held at their bound and one where none is, it finds the right growth.
 * Shapes: n, n, n; `products` is Qβ.
 */
export function bestMultiple(
  { signs, upper }: Pick<BinarySide, "signs" | "upper">,
  beta: Float64Array,
  products: Float64Array,
): number {
  let [slope, curvature, largest] = [0, 0, Infinity];
  for (let i = 0; i < beta.length; i += 1) {
    slope += signs[i]! * beta[i]!;
    curvature += beta[i]! * products[i]!;
    if (beta[i] !== 0) largest = Math.min(largest, upper[i]! / Math.abs(beta[i]!));
  }
  return curvature > 0 ? Math.min(slope / curvature, largest) : 0;
}
