import { type Algebra, plainAlgebra } from "../../base/algebra.ts";
import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import { rowProducts } from "../../base/products.ts";
import { floatTensor } from "../../graph/tensor.ts";
import { centreColumns } from "./centre-columns.ts";
import { gramMatrix } from "../gram.ts";
import { leadingVectors } from "./leading-vectors.ts";
import { matrixTensor, stateMatrix, stateVector } from "../state.ts";
import type { FittedTransform, Transform, TransformOptions } from "./transform.ts";
import { tell } from "../../words/fact.ts";

/** Variances below this share of the first are rounding of float32 products: their columns stay 0. */
const leastShare = 1e-6;

/**
 * Principal components: (x − m) Vᵀ, V the directions of the largest variance, largest first, each with its largest entry
 * positive. From the Gram matrix where D > N, else from the covariance. With N rows there are at most N − 1: where fewer
 * than `count` exist they are taken, with a warning. All backbones' blocks become one.
 * `standardise` after it whitens. Shapes: N x D -> N x E. Witness: scikit-learn's PCA.
 */
export function principalComponents(count: number): Transform {
  return {
    fit: async (features, _, options) => {
      const { centred, means } = centreColumns(features);
      const kept = Math.max(1, Math.min(count, features.rows - 1, features.columns));
      if (kept < count) warnFewer(features, count, { ...options, kept });
      const directions = await directionsOf(centred, kept, options);
      return projection({ offset: Float32Array.from(means), directions: withSigns(directions) });
    },
    restore: (state) =>
      projection({ offset: stateVector(state, "offset"), directions: stateMatrix(state, "direction") }),
  };
}

/** Shapes: D, E x D. */
interface Projection {
  readonly offset: Float32Array;
  readonly directions: Matrix;
}

function projection({ offset, directions }: Projection): FittedTransform {
  return {
    blocks: [directions.rows],
    apply: ({ rows, columns, data }) => {
      const shifted = data.map((value, at) => value - offset[at % columns]!);
      return rowProducts(createMatrix(rows, columns, shifted), directions);
    },
    appendTo: (builder, features) => {
      const shifted = builder.op("Sub", [features, builder.floats(offset)]);
      return builder.op("Gemm", [shifted, builder.constant(matrixTensor(directions))], { transB: 1 });
    },
    state: new Map([
      ["offset", floatTensor([offset.length], offset)],
      ["direction", matrixTensor(directions)],
    ]),
  };
}

/** Orthonormal rows; 0 where the data has no more variance. Shapes: N x D, centred -> E x D. */
async function directionsOf(centred: Matrix, count: number, options: TransformOptions): Promise<Matrix> {
  const { algebra = plainAlgebra, seed = 0, pause } = options;
  const isWide = centred.columns > centred.rows;
  const products = isWide ? await gramMatrix(centred, algebra) : await covariance(centred, algebra);
  const { values, vectors } = await leadingVectors(products, count, { algebra, seed, pause });
  const directions = isWide ? await algebra.multiply(vectors, centred) : vectors;
  return unitRows(directions, (i) => values[i]! > leastShare * values[0]!);
}

/** XᵀX. Shapes: N x D -> D x D. */
async function covariance(features: Matrix, algebra: Algebra): Promise<Matrix> {
  const { rows, columns, data } = features;
  const transposed = createMatrix(columns, rows);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) transposed.data[j * rows + i] = data[i * columns + j]!;
  return await gramMatrix(transposed, algebra);
}

function unitRows(matrix: Matrix, isKept: (row: number) => boolean): Matrix {
  const out = createMatrix(matrix.rows, matrix.columns);
  for (let i = 0; i < matrix.rows; i += 1) {
    const row = rowOf(matrix, i);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (isKept(i) && norm > 0) rowOf(out, i).set(row.map((value) => value / norm));
  }
  return out;
}

/** Each row times ±1, so that the entry largest in size is positive: a direction has no sign of its own. */
function withSigns(directions: Matrix): Matrix {
  const out = createMatrix(directions.rows, directions.columns);
  for (let i = 0; i < directions.rows; i += 1) {
    const row = rowOf(directions, i);
    const largest = row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    rowOf(out, i).set(largest < 0 ? row.map((value) => -value) : row);
  }
  return out;
}

function warnFewer(
  { rows, columns }: Matrix,
  count: number,
  { report, kept }: TransformOptions & { kept: number },
): void {
  report?.({
    type: "warning",
    code: "W_PCA_FEWER",
    ...tell("fewerComponents", { count, rows, columns, kept }),
  });
}
