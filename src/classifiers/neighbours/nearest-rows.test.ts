import { expect, test } from "vitest";
import { type Algebra, plainAlgebra } from "../../base/algebra.ts";
import { createMatrix, rowOf } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { gaussianClasses, interleavedFolds } from "../conformance/labelled-features.ts";
import { nearestNeighbours } from "./nearest-neighbours.ts";
import { nearestRows } from "./nearest-rows.ts";

/** 5,000 rows on a coarse grid, so that many lie at equal distances and equal ones lie in different blocks. */
const random = createRandom(8);
const matrix = createMatrix(
  5000,
  2,
  Float32Array.from({ length: 10_000 }, () => random.integer(40)),
);
const [queries, references] = [0, 1].map((part) => ({
  matrix,
  rows: Int32Array.from(Array(5000).keys()).filter((row) => (row % 50 === 0) === (part === 0)),
})) as [{ matrix: typeof matrix; rows: Int32Array }, { matrix: typeof matrix; rows: Int32Array }];

test("the nearest of rows in several blocks are those of a full sort, and of equals the first", async () => {
  const found: number[][] = [];
  for await (const { rows, nearest } of nearestRows(queries, references, { k: 9, pause: () => undefined }))
    for (let i = 0; i < rows; i += 1) found.push([...nearest.indices.subarray(i * 9, (i + 1) * 9)]);
  const expected = Array.from(queries.rows, (row) => {
    const distances = Array.from(references.rows, (other) =>
      rowOf(matrix, row).reduce((sum, value, j) => sum + (value - rowOf(matrix, other)[j]!) ** 2, 0),
    );
    return [...distances.keys()].sort((a, b) => distances[a]! - distances[b]! || a - b).slice(0, 9);
  });
  expect(found).toEqual(expected);
});

test("knn: no product is larger than two blocks of 2,048 rows, however many rows there are", async () => {
  const sizes: number[] = [];
  const algebra: Algebra = {
    ...plainAlgebra,
    multiplyTransposed: async (a, b) => {
      sizes.push(a.rows, b.rows);
      return await plainAlgebra.multiplyTransposed(a, b);
    },
  };
  const { features, labels } = gaussianClasses([1500, 1500], { columns: 3 });
  const options = { classCount: 2, algebra };
  await nearestNeighbours.outOfFold(features, labels, interleavedFolds(3000, 2), [{ k: 3 }], options);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
  const fitted = await nearestNeighbours.fit(features, labels, { k: 3 }, options);
  await fitted.score!(features, { algebra, pause: () => undefined });
  expect(Math.max(...sizes)).toBe(2048);
});
