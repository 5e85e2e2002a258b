import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";

/**
 * Anything that learns from some rows of a data set and scores others: a classifier on cached features, a
 * fine-tuned network, a network from scratch. Rows are indices; the method holds the data itself. All tuning
 * happens inside `fit`, on its own rows, so that a reported accuracy never saw its own tuning.
 */
export interface Method {
  readonly name: string;
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedMethod>;
}

export interface MethodFitOptions extends WorkOptions {
  readonly seed: number;
}

export interface FittedMethod {
  /** Calibrated logits: their softmax is the probability. Shapes: n rows -> n x K. */
  logits(rows: Int32Array, options?: WorkOptions): Promise<Matrix>;
  /** What tuning chose, for the report. */
  readonly chosen: Readonly<Record<string, number | string | boolean>>;
}
