import type { Graph } from "../graph/graph.ts";
import { stepsPerEpoch } from "../training/epoch-batches.ts";
import type { RateTest } from "../training/find-rate.ts";
import { firstPart } from "../training/schedule.ts";
import type { TrainedNetwork } from "../training/train-network.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type FitNetworkOptions, fitNetwork } from "./fit-network.ts";
import { testedRate } from "./tested-rate.ts";

/** A stage of training that is done. */
export interface TrainedStage {
  /** The highest learning rate. */
  readonly rate: number;
  /** The range test that found it; empty where there was none. */
  readonly curve: RateTest["curve"];
  readonly trained: TrainedNetwork;
}

/** One stage of a training: at which rate, and what is known of it already. */
export interface TrainStageOptions extends FitNetworkOptions {
  /** Null: found by a range test. */
  readonly rate: number | null;
  /** Where this is a refit: the same stage on the inner split, which tells the rate and the number of epochs. */
  readonly found: TrainedStage | null;
  /** Rows of the refit that follows, for the time left; 0 where none does. */
  readonly refitRows: number;
}

/** One stage: the rate, then the epochs. Throws what `testedRate` and `fitNetwork` throw. */
export async function trainStage(
  forward: Graph,
  plan: Omit<TrainingPlan, "rate">,
  options: TrainStageOptions,
): Promise<TrainedStage> {
  const { found } = options;
  const known = found?.rate ?? options.rate;
  const { rate, curve } =
    known === null ? await testedRate(forward, { ...plan, rate: 0 }, options) : { rate: known, curve: [] };
  const full = { ...plan, rate };
  const chosen = found === null ? full : untilBest(full, found.trained);
  const stepsAfter = plan.epochs * stepsPerEpoch(options.refitRows, plan.batchSize);
  return { rate, curve, trained: await fitNetwork(forward, chosen, { ...options, stepsAfter }) };
}

/** As many epochs as were best, along the same part of the schedule. */
function untilBest(plan: TrainingPlan, { bestEpoch }: TrainedNetwork): TrainingPlan {
  const schedule = firstPart(plan.schedule, bestEpoch / plan.epochs);
  return { ...plan, epochs: bestEpoch, patience: null, schedule };
}
