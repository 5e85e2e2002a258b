import type { Matrix } from "../base/matrix.ts";
import type { Choice, KeptState } from "./method.ts";
import type { Training } from "./training.ts";

/** A piece of a measurement that needs no other piece: fit on some rows, score others. */
export interface FitTask {
  /** Counted from 1; or the fit that scores the holdout. */
  readonly fold: number | "holdout";
  /** Folds in all. */
  readonly of: number;
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly seed: number;
}

/** What a task brings back. */
export interface FitResult {
  /** Of the rows scored, in their order. Shape: n x K. */
  readonly logits: Matrix;
  readonly chosen: Choice;
  readonly training?: Training | undefined;
  /** Told of the first fold alone: what its model would hold. */
  readonly modelBytes?: number | undefined;
  /** Wall time. */
  readonly seconds: { readonly fit: number; readonly predict: number };
}

/** Does a task here and now. `keep`: where the fit may keep its state. */
export type FitWork = (task: FitTask, options?: { keep?: KeptState | undefined }) => Promise<FitResult>;

/**
 * Who does the tasks: this process one after the other, a pool, other machines that know the data. Results come in the
 * order of the tasks, each as soon as those before it are there. What a task throws, the executor throws.
 */
export type Executor = (tasks: readonly FitTask[], work: FitWork) => AsyncIterable<FitResult>;

/** One after the other, in this process. */
export const inTurn: Executor = async function* (tasks, work) {
  for (const task of tasks) yield await work(task);
};
