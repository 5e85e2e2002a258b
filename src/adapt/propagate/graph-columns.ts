import type { Algebra } from "../../base/algebra.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import { signedSquareRoot } from "../../classifiers/transforms/row-transforms.ts";
import { principalComponents } from "../../classifiers/transforms/principal-components.ts";
import { unitRows } from "../unit-rows.ts";

/** Directions in which rows are compared. */
const directions = 128;
/** Of the mean variance of all columns, added to each direction's before it is divided by. */
const floor = 20;

/**
 * A map from features to the columns in which photos that look alike lie near each other, learned from photos without labels:
 * signed square roots, length 1, the leading 128 directions each divided by √(its variance + 20 times the mean variance of a
 * column), length 1 again. Directions that vary most, such as light and ground, then count for less.
 * Shapes: M x D -> a function from N x D to N x 128.
 */
export async function graphColumns(
  unlabelled: Matrix,
  { seed, algebra, pause }: { seed: number; algebra?: Algebra | undefined; pause: Pause },
): Promise<(features: Matrix) => Matrix> {
  const { columns } = unlabelled;
  const rooted = (features: Matrix): Matrix =>
    unitRows(signedSquareRoot.restore(new Map(), [columns]).apply(features));
  const count = Math.min(directions, columns, unlabelled.rows - 1);
  const rows = rooted(unlabelled);
  if (count < 2) return rooted;
  const told = { seed, pause, ...(algebra && { algebra }) };
  const fitted = await principalComponents(count).fit(rows, [columns], told);
  const variances = columnVariances(fitted.apply(rows));
  const least = (floor * columnVariances(rows).reduce((sum, v) => sum + v, 0)) / columns;
  const scales = variances.map((variance) => 1 / Math.sqrt(variance + least));
  return (features) => {
    const { rows: n, data } = fitted.apply(rooted(features));
    return unitRows(
      createMatrix(
        n,
        count,
        data.map((value, at) => value * scales[at % count]!),
      ),
    );
  };
}

function columnVariances({ rows, columns, data }: Matrix): Float64Array {
  const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
  data.forEach((value, at) => {
    sums[at % columns]! += value;
    squares[at % columns]! += value * value;
  });
  return sums.map((sum, j) => squares[j]! / rows - (sum / rows) ** 2);
}
