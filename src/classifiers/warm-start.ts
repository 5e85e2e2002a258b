import { type Matrix, createMatrix, rowOf, selectRows } from "../base/matrix.ts";
import { rowProducts } from "../base/products.ts";

/**
 * Where the solver of a linear classifier begins: an earlier model of the same columns. The optimum is the same as from
 * zero, to the solver's tolerance; the way there is shorter the less has changed. Shapes: K x D, K, N.
 */
export interface WarmStart {
  /** A class that the earlier model did not know has a row of zeros. */
  readonly weights: Matrix;
  readonly bias: Float32Array;
  /** 1 for each row that the earlier model was fitted on under its class of now. */
  readonly known: Uint8Array;
}

/** The start of the named classes alone, in that order. */
export function startOfClasses({ weights, bias, known }: WarmStart, classes: Int32Array): WarmStart {
  return {
    weights: selectRows(weights, classes),
    bias: Float32Array.from(classes, (label) => bias[label]!),
    known,
  };
}

/** What the earlier model scores the rows of now, class by class. Shapes: N x D -> K lists of N. */
export function startScores(features: Matrix, { weights, bias }: WarmStart): Float64Array[] {
  const { data } = rowProducts(features, weights);
  return Array.from(bias, (value, k) =>
    Float64Array.from({ length: features.rows }, (_, i) => data[i * bias.length + k]! + value),
  );
}

/** Weights and bias as one list: W row by row, each entry times `factor`, then b. */
export function startPoint(
  { weights, bias }: Omit<WarmStart, "known">,
  factor: number,
): Float64Array<ArrayBuffer> {
  const point = new Float64Array(weights.data.length + bias.length);
  point.set(weights.data.map((value) => value * factor));
  point.set(bias, weights.data.length);
  return point;
}

/** The start as one list with each class's bias behind its weights. Shape: K x (D + 1), flat. */
export function rowsWithBias({ weights, bias }: Omit<WarmStart, "known">): Float64Array<ArrayBuffer> {
  const joined = createMatrix(weights.rows, weights.columns + 1);
  bias.forEach((value, k) => {
    rowOf(joined, k).set(rowOf(weights, k));
    rowOf(joined, k)[weights.columns] = value;
  });
  return Float64Array.from(joined.data);
}
