import type { Tensor } from "../graph/tensor.ts";
import type { Loss } from "./losses.ts";
import type { Optimizer } from "./optimizers.ts";

/** What a training graph is built from, beside the network. */
export interface TrainingOptions {
  /** The mask: names of the initializers that are trained. All others are constants of the graph. */
  readonly trainable: ReadonlySet<string>;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  /** Sizes of free dimensions of the inputs other than the batch (their first), by name. */
  readonly dims?: Readonly<Record<string, number>>;
  /** What differs from the common learning rate and the optimiser's weight decay, parameter by parameter. */
  readonly groups?: ReadonlyMap<string, ParameterSettings>;
  /** Largest joint L2 norm of all gradients; no limit by default. */
  readonly clipNorm?: number;
  /**
   * "batch": BatchNormalization nodes with a trained scale use the batch's statistics and move the running ones.
   * "frozen" (default): all use the stored ones.
   */
  readonly normalisation?: "frozen" | "batch";
  /**
   * Highest decay of an exponential moving average of parameters and running statistics, in (0, 1), which the training
   * carries along and does not itself use (see `carryAverages`); none by default.
   */
  readonly average?: number;
}

/** Where one parameter departs from the rest. */
export interface ParameterSettings {
  /** Factor on the learning rate; 1 by default. */
  readonly rate?: number;
  /** In place of the optimiser's own. */
  readonly weightDecay?: number;
}

/** A tensor that a training graph carries from step to step: fed under `input`, read back under `output`. */
export interface StateVariable {
  /** A parameter's name; `velocity/<parameter>` and the like for the optimiser; `step`; `average/<name>`. */
  readonly name: string;
  readonly kind: "parameter" | "statistic" | "optimizer" | "average";
  readonly input: string;
  readonly output: string;
  readonly dims: readonly number[];
  /** Where training starts: the weights of the forward graph, zeros for the optimiser. */
  readonly initial: Tensor;
}
