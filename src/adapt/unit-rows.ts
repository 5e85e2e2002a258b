import type { Matrix } from "../base/matrix.ts";
import { transformOf } from "../classifiers/transforms/transform-table.ts";

/** Rows of length 1, so that distances are those of angles, whatever the contrast of a picture. Shapes: N x D -> N x D. */
export function unitRows(features: Matrix): Matrix {
  return transformOf("l2").restore(new Map(), [features.columns]).apply(features);
}

/** Matrices of equal columns, one below the other. Shapes: N x D, M x D -> (N + M) x D. */
export function stackRows(above: Matrix, below: Matrix): Matrix {
  const data = new Float32Array(above.data.length + below.data.length);
  data.set(above.data);
  data.set(below.data, above.data.length);
  return { rows: above.rows + below.rows, columns: above.columns, data };
}
