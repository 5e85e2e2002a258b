import { crossEntropy, softCrossEntropy } from "../autodiff/losses.ts";
import type { ScheduleName } from "../training/schedule.ts";
import type { TrainingPlan } from "../training/training-plan.ts";

/** What `fine-tune` and `scratch` share: how the steps are made. */
export interface NetworkPlan {
  /** Outputs of new fully connected layers before the last: [] for a linear head, [4096, 4096] for AlexNet's own. */
  readonly head: readonly number[];
  /** Share of inputs dropped before each layer of the head while training, in [0, 1). */
  readonly dropout: number;
  /** The most epochs. */
  readonly epochs: number;
  /** Epochs without a better inner validation after which training stops; null: it goes on to the last. */
  readonly patience: number | null;
  /** Null: 32. All training images where there are fewer. */
  readonly batchSize: number | null;
  readonly schedule: ScheduleName;
  readonly weightDecay: number;
  /** ε of the label smoothing, in [0, 1). */
  readonly labelSmoothing: number;
  /** α of the Beta(α, α) by which pairs of examples are mixed in training; 0: they are not. */
  readonly mixup: number;
  /**
   * Whether it is trained once more at the end, on all rows with those of the inner validation, for as many epochs as
   * were best.
   */
  readonly refit: boolean;
}

/** A fine-tune as data. */
export interface FineTunePlan extends NetworkPlan {
  /** The last parameter group kept frozen; "all", "none", or null for all but the last quarter of the groups. */
  readonly freezeTo: string | null;
  /** Variations of each picture that are sent through the frozen part, beside the picture itself. */
  readonly views: number;
  /** Highest learning rate of the head; null: found by a range test on the training rows. */
  readonly rate: number | null;
  /** The last trained group's rate, as a factor on the head's. */
  readonly bodyRate: number;
  /** Factor from each group to the one before it, nearer to the input. */
  readonly decay: number;
}

/** A training from random weights as data. */
export interface ScratchPlan extends NetworkPlan {
  /** Width and height of its pictures in pixels; null for the backbone's own. */
  readonly size: number | null;
  /** Highest learning rate; null: found by a range test on the training rows. */
  readonly rate: number | null;
}

/** The loss of a plan, and what its targets are mixed by: with mixup every row has a distribution. */
export function lossOf({
  labelSmoothing,
  mixup,
}: Pick<NetworkPlan, "labelSmoothing" | "mixup">): Pick<TrainingPlan, "loss" | "mixup"> {
  return { loss: (mixup > 0 ? softCrossEntropy : crossEntropy)({ labelSmoothing }), mixup };
}

/** The batch for a number of training rows: all of them where they are fewer. */
export function batchSizeOf({ batchSize }: NetworkPlan, rows: number): number {
  return Math.min(batchSize ?? 32, rows);
}
