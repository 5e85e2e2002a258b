import { join } from "node:path";
import type { Matrix } from "../base/matrix.ts";
import { createMatrix } from "../base/matrix.ts";
import { fitTemperature, negativeLogLikelihood } from "../classifiers/temperature.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import { type Graph, createModel } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { replaceInitializers } from "../graph/replace-initializers.ts";
import { digestOf, machineOf, taskKey } from "../runs/task.ts";
import { type CheckpointStore, checkpointFile } from "../training/checkpoint.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { networkOutputs } from "../training/network-outputs.ts";
import { type TrainedNetwork, trainNetwork } from "../training/train-network.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type HeadShape, calibratedHead } from "./head.ts";
import type { InnerSplit } from "./inner-split.ts";
import type { FittedNetwork, NetworkData } from "./network-data.ts";

/** A training as `fit` runs it: one network on one split, checkpointed under its own name. */
export interface FitNetworkOptions extends MethodFitOptions {
  readonly data: NetworkData;
  readonly source: ExampleSource;
  readonly split: InnerSplit;
  readonly stage: string;
  /** Everything that decides the training's numbers, beside the rows and the seed. */
  readonly identity: unknown;
  /** See `TrainNetworkOptions`. */
  readonly stepsAfter?: number | undefined;
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

/** Trainings of different rows, seeds or plans get different files, so folds can share the folder. */
function checkpointsOf(options: FitNetworkOptions): CheckpointStore | undefined {
  const { checkpoints } = options.data;
  if (checkpoints === null) return undefined;
  const key = trainingKey(options);
  return checkpointFile(join(checkpoints, `${key.slice(0, 16)}.safetensors`), { key });
}

/** sha256 of everything that decides a training's numbers. */
export function trainingKey({ data, split, seed, stage, identity }: FitNetworkOptions): string {
  const { backbone, layer, pooling, engine, pictures, labels, classCount } = data;
  const factsOf = (rows: Int32Array): unknown[] =>
    Array.from(rows, (row) => [pictures[row]!.sha256, labels[row]]);
  return taskKey({
    data: digestOf([classCount, factsOf(split.training), factsOf(split.validation)]),
    recipe: identity,
    uses: [[backbone.sha256, backbone.card, layer, pooling]],
    fold: "model", // the rows say which
    seed,
    stage,
    machine: machineOf(engine),
  });
}

/** A trained network, and what is needed to take it apart again. */
export interface TrainedParts {
  /** On the inner split. */
  readonly trained: TrainedNetwork;
  /** On all rows; null where there was no refit, or none to its end. */
  readonly refit: TrainedNetwork | null;
  readonly isInterrupted: boolean;
  readonly source: ExampleSource;
  readonly split: InnerSplit;
  readonly data: NetworkData;
  readonly head: HeadShape;
  /** Pixels -> `features`, with the weights that training began with. */
  readonly whole: Graph;
  readonly preprocessing: Preprocessing;
  readonly chosen: Readonly<Record<string, number | string | boolean>>;
}

/**
 * The trained network as a `Method` gives it back: the refit where there is one. Its temperature is the one that fits
 * the inner validation rows best in the network that did not learn from them; they have also chosen the epoch: a little
 * optimistic, and never on rows that are scored.
 */
export async function asFitted(parts: TrainedParts): Promise<FittedNetwork> {
  const { trained, refit, source, split, data, head, whole, preprocessing } = parts;
  const { engine } = data;
  const scores = await networkOutputs(trained.graph, { source, rows: split.validation }, { engine });
  const labels = split.validation.map((row) => data.labels[row]!);
  const temperature = fitTemperature(scores, labels, Int32Array.from(labels.keys()));
  const { graph } = refit ?? trained;
  const moved = [...graph.initializers].filter(([name]) => whole.initializers.has(name));
  return {
    chosen: {
      ...parts.chosen,
      epochs: trained.history.length,
      bestEpoch: trained.bestEpoch,
      imagesSeen: trained.imagesSeen + (refit?.imagesSeen ?? 0),
      stoppedBy: parts.isInterrupted ? "interruption" : trained.stoppedBy,
      ...(refit !== null && { refit: true }),
    },
    preprocessing,
    features: createModel(replaceInitializers(whole, new Map(moved))),
    head: calibratedHead(head, graph, temperature),
    isInterrupted: parts.isInterrupted,
    logits: async (rows, options = {}) =>
      scaled(await networkOutputs(graph, { source, rows }, { ...options, engine }), 1 / temperature),
  };
}

function scaled({ rows, columns, data }: Matrix, factor: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => value * factor),
  );
}
