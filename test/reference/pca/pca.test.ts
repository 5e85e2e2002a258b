import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Matrix, createMatrix, rowOf } from "../../../src/base/matrix.ts";
import { createPause } from "../../../src/base/pause.ts";
import { principalComponents } from "../../../src/classifiers/transforms/principal-components.ts";
import type { FittedTransform } from "../../../src/classifiers/transforms/transform.ts";
import { asFloat32 } from "../../../src/graph/tensor.ts";

/** Numbers of make_pca.py, by scikit-learn. */
interface Reference {
  readonly rows: number;
  readonly columns: number;
  readonly variance: number[];
  readonly directions: number[][];
  readonly transformed: number[][];
}

const { cases } = JSON.parse(readFileSync("test/reference/pca/pca.json", "utf8")) as { cases: Reference[] };

/** The formula of make_pca.py. */
function rowsOf(rows: number, columns: number): Matrix {
  const out = createMatrix(rows, columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) {
      let value = 0;
      for (let f = 1; f <= 30; f += 1)
        value += (Math.sin(1.3 * f * i + f * f) * Math.cos(0.7 * f * j + f)) / f;
      out.data[i * columns + j] = j === 3 || j === 7 ? 2.5 : value;
    }
  return out;
}

async function fit(features: Matrix, count: number): Promise<FittedTransform> {
  const pause = createPause(undefined);
  return await principalComponents(count).fit(features, [features.columns], { pause, seed: 1 });
}

for (const reference of cases) {
  const { rows, columns } = reference;
  const features = rowsOf(rows, columns);

  // 8 of 110 are found by subspace iteration; 40 of 110 by the whole decomposition
  for (const count of [8, 40])
    test(`pca, ${count} of ${rows} x ${columns}: scikit-learn's directions, variances and rows to 1e-5, signs included`, async () => {
      const fitted = await fit(features, count);
      const transformed = fitted.apply(features);
      const directions = asFloat32(fitted.state.get("direction")!);
      for (let k = 0; k < 8; k += 1) {
        const variance = columnOf(transformed, k).reduce((sum, value) => sum + value * value, 0) / (rows - 1);
        expect(Math.abs(variance / reference.variance[k]! - 1)).toBeLessThan(1e-5);
        reference.directions[k]!.forEach((value, j) =>
          expect(Math.abs(directions[k * columns + j]! - value)).toBeLessThan(1e-5),
        );
      }
      reference.transformed.forEach((row, i) =>
        row.forEach((value, k) => expect(Math.abs(rowOf(transformed, i)[k]! - value)).toBeLessThan(1e-5)),
      );
    });
}

test("pca: rows of rank 3 have three components, and the columns after them are 0", async () => {
  const rank = createMatrix(90, 70);
  for (let i = 0; i < 90; i += 1)
    for (let j = 0; j < 70; j += 1)
      rank.data[i * 70 + j] = Math.sin(i) * Math.cos(j) + Math.sin(2 * i) * Math.cos(3 * j) + Math.cos(5 * i);
  const transformed = (await fit(rank, 8)).apply(rank);
  const sizes = Array.from({ length: 8 }, (_, k) => Math.max(...columnOf(transformed, k).map(Math.abs)));
  expect(sizes.slice(0, 3).every((size) => size > 0.1)).toBe(true);
  expect(sizes.slice(3)).toEqual([0, 0, 0, 0, 0]);
});

function columnOf(matrix: Matrix, column: number): number[] {
  return Array.from({ length: matrix.rows }, (_, i) => rowOf(matrix, i)[column]!);
}
