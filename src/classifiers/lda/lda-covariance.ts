import { type Algebra, plainAlgebra } from "../../base/algebra.ts";
import { cholesky, solveCholesky } from "../../base/linear-algebra.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { classCounts, classMeans } from "../class-statistics.ts";
import { type Shrinkage, intensityOf } from "./ledoit-wolf.ts";
import type { TrainingSet } from "../learner.ts";
import type { LinearModel } from "../linear-model.ts";

/**
 * LDA where D < N: Σ = (1 − s) RᵀR / n + s μI is formed and each shrinkage costs one D x D Cholesky factor.
 * wₖ = Σ⁻¹ μₖ, bₖ = log πₖ − ½ μₖ·wₖ. Shapes: N x D; returns a function of the shrinkage.
 */
export async function discriminantsOnCovariance(
  { features, labels, classCount }: TrainingSet,
  algebra: Algebra = plainAlgebra,
): Promise<(shrinkage: Shrinkage) => LinearModel> {
  const { rows, columns } = features;
  const counts = classCounts(labels, classCount);
  const means = classMeans(features, labels, counts);
  const residuals = transposedResiduals(features, labels, means);
  const scatter = await algebra.multiplyTransposed(residuals, residuals);
  const sums = { rows, columns, ...spreadSums(residuals, scatter) };
  const spread = sums.squares / (rows * columns) || 1;
  const right = transpose(means, columns);
  return (shrinkage) => {
    const s = intensityOf(shrinkage, sums);
    const data = Float64Array.from(scatter.data, (value) => ((1 - s) * value) / rows);
    for (let j = 0; j < columns; j += 1) data[j * columns + j]! += s * spread;
    const solved = transpose(solveCholesky(cholesky({ size: columns, data }), right), classCount);
    const bias = Float32Array.from(counts, (count, k) => {
      let square = 0;
      for (let j = k * columns; j < (k + 1) * columns; j += 1) square += means[j]! * solved[j]!;
      return Math.log(count / rows) - square / 2;
    });
    return { weights: createMatrix(classCount, columns, Float32Array.from(solved)), bias };
  };
}

/** Rᵀ, rows less their class means. Shapes: N x D, K x D -> D x N. */
function transposedResiduals(
  { rows, columns, data }: Matrix,
  labels: Int32Array,
  means: Float64Array,
): Matrix {
  const out = createMatrix(columns, rows);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1)
      out.data[j * rows + i] = data[i * columns + j]! - means[labels[i]! * columns + j]!;
  return out;
}

function spreadSums(
  residuals: Matrix,
  scatter: Matrix,
): { squares: number; fourths: number; frobenius: number } {
  const { rows: columns, columns: rows, data } = residuals;
  const norms = new Float64Array(rows);
  for (let j = 0; j < columns; j += 1)
    for (let i = 0; i < rows; i += 1) norms[i]! += data[j * rows + i]! ** 2;
  return {
    squares: norms.reduce((sum, norm) => sum + norm, 0),
    fourths: norms.reduce((sum, norm) => sum + norm * norm, 0),
    frobenius: scatter.data.reduce((sum, value) => sum + value * value, 0),
  };
}

/** Shapes: m x `columns`, flat -> `columns` x m, flat. */
function transpose(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
}
