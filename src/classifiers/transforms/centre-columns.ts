import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { columnMeans } from "../class-statistics.ts";
import { rowsTimes } from "../gram.ts";
import type { LinearModel } from "../linear-model.ts";

/**
 * X − m, m the mean of all rows: for classifiers that do not depend on the origin, whose float32 products are
 * exacter near it. Shapes: N x D -> N x D, D.
 */
export function centreColumns(features: Matrix): { centred: Matrix; means: Float64Array } {
  const { rows, columns, data } = features;
  const means = columnMeans(features);
  const centred = data.map((value, at) => value - means[at % columns]!);
  return { centred: createMatrix(rows, columns, centred), means };
}

/** A model on x − m as a model on x: bₖ − wₖ·m. */
export function shiftOrigin({ weights, bias }: LinearModel, means: Float64Array): LinearModel {
  const shift = rowsTimes(weights, means);
  return { weights, bias: bias.map((value, k) => value - shift[k]!) };
}
