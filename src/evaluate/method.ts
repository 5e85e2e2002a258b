import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { Training } from "./training.ts";

/**
 * Anything that learns from some rows of a data set and scores others: a classifier on cached features, a
 * fine-tuned network, a network from scratch. Rows are indices; the method holds the data itself. All tuning
 * happens inside `fit`, on its own rows, so that a reported accuracy never saw its own tuning.
 */
export interface Method {
  readonly name: string;
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedMethod>;
}

/** What every fit of a method takes. */
export interface MethodFitOptions extends WorkOptions {
  readonly seed: number;
  /** Where a long fit may keep its state, to go on there after a kill; by default nothing is kept. */
  readonly keep?: KeptState | undefined;
}

/** Room on the disk for the state of one fit. */
export interface KeptState {
  readonly folder: string;
  /** The digest of everything that decides the numbers of a stage of the fit: state with another one is not its own. */
  keyOf(stage: string): string;
}

/** Hyper-parameters by name: what tuning chose. */
export type Choice = Readonly<Record<string, number | string | boolean>>;

/** A method that has learned from some rows. */
export interface FittedMethod {
  /** Calibrated logits: their softmax is the probability. Shapes: n rows -> n x K. */
  logits(rows: Int32Array, options?: WorkOptions): Promise<Matrix>;
  /** What tuning chose, for the report. */
  readonly chosen: Choice;
  /** Bytes of the numbers that its model would be delivered with; absent where it is no model. */
  modelBytes?(): number;
  /** What its training did; absent where no network was trained. */
  readonly training?: Training | undefined;
}
