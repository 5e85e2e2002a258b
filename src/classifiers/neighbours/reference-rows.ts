import { dot } from "../../base/algebra.ts";
import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import { rowProducts } from "../../base/products.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import { type Tensor, floatTensor } from "../../graph/tensor.ts";
import { matrixTensor, stateMatrix, stateVector } from "../state.ts";

/** Training rows that new rows are compared with, kept near the origin, where float32 distances are exacter. */
export interface ReferenceRows {
  /** Shape: M x D, the offset already subtracted. */
  readonly rows: Matrix;
  /** Subtracted from features first. Shape: D. */
  readonly offset: Float32Array;
}

/** ‖x − rⱼ‖² = ‖x‖² + ‖rⱼ‖² − 2 x·rⱼ. Shapes: N x D -> N x M. */
export function distancesTo({ rows: references, offset }: ReferenceRows, features: Matrix): Matrix {
  const { rows } = features;
  const shifted = shiftRows(features, offset);
  const [own, norms] = [squaredNorms(shifted), squaredNorms(references)];
  const products = rowProducts(shifted, references);
  return createMatrix(
    rows,
    references.rows,
    products.data.map((value, at) =>
      Math.max(0, own[Math.floor(at / references.rows)]! + norms[at % references.rows]! - 2 * value),
    ),
  );
}

/** x − offset, row by row. Shapes: N x D, D -> N x D. */
export function shiftRows({ rows, columns, data }: Matrix, offset: Float32Array): Matrix {
  const out = createMatrix(rows, columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out.data[i * columns + j] = data[i * columns + j]! - offset[j]!;
  return out;
}

/** The same as nodes of a graph. */
export function appendDistances(
  builder: GraphBuilder,
  features: string,
  { rows: references, offset }: ReferenceRows,
): string {
  const shifted = builder.op("Sub", [features, builder.floats(offset)]);
  const twice = builder.op("Gemm", [shifted, builder.constant(matrixTensor(references))], {
    transB: 1,
    alpha: -2,
  });
  const own = builder.op("ReduceSumSquare", [shifted, builder.ints([1])], { keepdims: 1 });
  const norms = builder.floats(Float32Array.from(squaredNorms(references)));
  return builder.op("Relu", [builder.op("Add", [builder.op("Add", [twice, own]), norms])]);
}

/** Their part of a state. */
export function referenceState({ rows, offset }: ReferenceRows): [string, Tensor][] {
  return [
    ["support", matrixTensor(rows)],
    ["offset", floatTensor([offset.length], offset)],
  ];
}

/** Reference rows from a saved state. Throws E_SHAPE when a tensor is missing or of another shape. */
export function restoreReferences(state: ReadonlyMap<string, Tensor>): ReferenceRows {
  return { rows: stateMatrix(state, "support"), offset: stateVector(state, "offset") };
}

/** ‖xᵢ − xⱼ‖² = Gᵢᵢ + Gⱼⱼ − 2 Gᵢⱼ from a Gram matrix. Shape: n x n. */
export function distancesFromGram({ rows, data }: Matrix): Matrix {
  const out = createMatrix(rows, rows);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < rows; j += 1)
      out.data[i * rows + j] = Math.max(
        0,
        data[i * rows + i]! + data[j * rows + j]! - 2 * data[i * rows + j]!,
      );
  return out;
}

/** ‖xᵢ‖² in float64. Shapes: N x D -> N. */
export function squaredNorms(matrix: Matrix): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, i) => {
    const row = rowOf(matrix, i);
    return dot(row, row);
  });
}
