import type { Loss } from "../autodiff/losses.ts";
import type { Optimizer } from "../autodiff/optimizers.ts";
import type { ParameterSettings } from "../autodiff/training-options.ts";
import type { Schedule } from "./schedule.ts";
import type { ValidationScore } from "./validation-score.ts";

/** How a network is trained: everything but the network and its data. */
export interface TrainingPlan {
  /** The mask: names of the initializers that are trained. */
  readonly trainable: ReadonlySet<string>;
  /** Factors on the rate, parameter by parameter: discriminative rates. */
  readonly groups?: ReadonlyMap<string, ParameterSettings>;
  readonly loss: Loss;
  /** α of mixup, for a loss over distributions; 0 by default: batches are not mixed. */
  readonly mixup?: number;
  readonly optimizer: Optimizer;
  /** Largest joint L2 norm of all gradients. */
  readonly clipNorm?: number;
  /** Whether trained batch normalisation uses the batch's statistics; default "frozen". */
  readonly normalisation?: "frozen" | "batch";
  /** At most the number of training rows. */
  readonly batchSize: number;
  /** The most epochs. */
  readonly epochs: number;
  /** Epochs without a better validation loss after which training stops; null: it goes on to the last. */
  readonly patience: number | null;
  /** The highest learning rate. */
  readonly rate: number;
  readonly schedule: Schedule;
}

/**
 * One epoch's figures, the form of a `metric` event and of a line in `metrics.jsonl`. Those of the validation are absent
 * where there are no rows to validate on.
 */
export interface EpochFigures extends Partial<ValidationScore> {
  /** From 1. */
  readonly epoch: number;
  /** Means over the epoch's steps, each before its update, on augmented examples. */
  readonly loss: number;
  readonly accuracy: number;
  /** The last step's. */
  readonly rate: number;
}
