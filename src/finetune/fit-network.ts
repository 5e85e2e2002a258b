import { join } from "node:path";
import { type Report, type TrainingPart, reportWithin } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import { fitTemperature, negativeLogLikelihood } from "../classifiers/temperature.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import type { Graph } from "../graph/graph.ts";
import { type CheckpointStore, checkpointFile } from "../training/checkpoint.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { type TrainedNetwork, trainNetwork } from "../training/train-network.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import type { InnerSplit } from "./inner-split.ts";
import type { NetworkData } from "./network-data.ts";

/** A training as `fit` runs it: one network on one split, checkpointed under its own part's key. */
export interface FitNetworkOptions extends MethodFitOptions {
  /** Of the method. */
  readonly name: string;
  readonly part: TrainingPart;
  readonly data: NetworkData;
  readonly source: ExampleSource;
  readonly split: InnerSplit;
  /** See `TrainNetworkOptions`. */
  readonly stepsAfter?: number | undefined;
}

/** What training and range test are told of a part: its title for people, and events that say which part they are of. */
export function toldAs(
  part: TrainingPart,
  { name, report }: Pick<FitNetworkOptions, "name" | "report">,
): { stage: string; report: Report | undefined } {
  return {
    stage: part === "training" ? name : `${name} ${part}`,
    report: report && reportWithin(report, { part }),
  };
}

/** Trains `forward` (examples -> logits) on a split of the data set's rows. Throws what `trainNetwork` throws. */
export async function fitNetwork(
  forward: Graph,
  plan: TrainingPlan,
  options: FitNetworkOptions,
): Promise<TrainedNetwork> {
  const { data, split, ...rest } = options;
  const { engine, labels } = data;
  return await trainNetwork(forward, plan, {
    ...rest,
    ...split,
    ...toldAs(options.part, options),
    engine,
    labels,
    judge: calibratedLoss,
    checkpoints: checkpointsOf(options),
  });
}

/** Log loss at the best temperature: an epoch is not the worse for being sure of itself, which is mended at the end. */
function calibratedLoss(logits: Matrix, labels: Int32Array): number {
  const rows = Int32Array.from(labels.keys());
  return negativeLogLikelihood(logits, labels, { rows, temperature: fitTemperature(logits, labels, rows) });
}

/** Each part has its file, so that all parts of all fits can share the folder. */
function checkpointsOf({ keep, part }: FitNetworkOptions): CheckpointStore | undefined {
  if (keep === undefined) return undefined;
  const key = keep.keyOf(part);
  return checkpointFile(join(keep.folder, `${key.slice(0, 16)}.safetensors`), { key });
}
