import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import type { GraphBuilder } from "../graph/build.ts";

/** Keeps the slope of the root finite where a channel is dead. */
const epsilon = 1e-4;
/** Keeps a row of zeros a row of zeros. */
const tiny = 1e-12;

/**
 * Signed square roots, scaled to a mean square of 1 in each row: s = x (x² + ε)^(-1/4), y = s √D / ‖s‖.
 * What `signed-sqrt` and `l2` are to the classifiers, but smooth at 0, so that a gradient passes.
 * Shapes: N x D -> N x D.
 */
export function powerNormalise(features: Matrix): Matrix {
  const { rows, columns } = features;
  const out = createMatrix(rows, columns);
  for (let i = 0; i < rows; i += 1) {
    const roots = Float64Array.from(rowOf(features, i), (x) => x * (x * x + epsilon) ** -0.25);
    const scale = Math.sqrt(columns / (roots.reduce((sum, s) => sum + s * s, 0) + tiny));
    out.data.set(
      roots.map((s) => s * scale),
      i * columns,
    );
  }
  return out;
}

/** The same as nodes of a graph, made of operators that a gradient passes. Takes and gives value names. */
export function appendPowerNormalise(b: GraphBuilder, features: string, dimensions: number): string {
  const squares = b.op("Add", [b.op("Mul", [features, features]), b.scalar(epsilon)]);
  const roots = b.op("Mul", [features, b.op("Pow", [squares, b.scalar(-0.25)])]);
  const energy = b.op("ReduceSum", [b.op("Mul", [roots, roots]), b.ints([1])], { keepdims: 1 });
  const norm = b.op("Sqrt", [b.op("Add", [energy, b.scalar(tiny)])]);
  return b.op("Mul", [b.op("Div", [roots, norm]), b.scalar(Math.sqrt(dimensions))]);
}
