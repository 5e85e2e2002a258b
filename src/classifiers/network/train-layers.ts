import { trainableParameters } from "../../autodiff/trainable-parameters.ts";
import { crossEntropy } from "../../autodiff/losses.ts";
import { adamW } from "../../autodiff/optimizers.ts";
import { trainingGraph } from "../../autodiff/training-graph.ts";
import { type Matrix, selectRows } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import { createBuilder } from "../../graph/build.ts";
import type { Graph } from "../../graph/graph.ts";
import { stepsPerEpoch } from "../../training/epoch-batches.ts";
import type { ExampleSource } from "../../training/example-source.ts";
import type { Schedule } from "../../training/schedule.ts";
import { openStepRunner } from "../../training/step-runner.ts";
import { trainEpoch } from "../../training/train-epoch.ts";
import { type Layers, appendLayers, layersFrom } from "./layers.ts";
import type { LearnOptions, TrainingSet } from "../learner.ts";

/** How layers are trained. */
export interface LayersPlan {
  readonly batchSize: number;
  /** All of them are made: the schedule ends with the last. */
  readonly epochs: number;
  /** Highest learning rate. */
  readonly rate: number;
  readonly schedule: Schedule;
  readonly weightDecay: number;
}

/** Layers after their training, and how it went. */
export interface TrainedLayers {
  readonly layers: Layers;
  /** Mean cross-entropy of each epoch's batches, each before its step. Shape: epochs. */
  readonly losses: readonly number[];
}

/**
 * Trains fully connected layers by the step loop of networks: AdamW on the cross-entropy, the weights and the optimiser's
 * state inside the runtime. Decided by `start`, the rows in their order and the seed. Shapes: N x D features, N labels.
 * Throws E_NAN where the loss is no longer finite, E_ENGINE, and the signal's reason.
 * Witness: PyTorch, full batches (test/reference/classifiers/mlp.py).
 */
export async function trainLayers(
  start: Layers,
  { features, labels }: Pick<TrainingSet, "features" | "labels">,
  { engine, ...plan }: LayersPlan & { engine: Engine },
  { seed = 0, signal, pause }: Pick<LearnOptions, "seed" | "signal" | "pause">,
): Promise<TrainedLayers> {
  const { batchSize, epochs, rate, schedule, weightDecay } = plan;
  const forward = layersGraph(start, features.columns);
  const trainable = trainableParameters(forward);
  const graph = trainingGraph(forward, {
    trainable: new Set(trainable),
    loss: crossEntropy(),
    optimizer: adamW({ weightDecay }),
    batchSize,
  });
  await using runner = await openStepRunner(graph, { engine });
  const rows = Int32Array.from(labels.keys());
  const steps = stepsPerEpoch(rows.length, batchSize);
  const rateOf = (step: number): number => rate * schedule(step / (epochs * steps));
  const work = { source: featureSource(features), labels, rows, batchSize, seed, signal, runner, epochs };
  const losses: number[] = [];
  for (let done = 0; done < epochs; done += 1) {
    await pause();
    const means = await trainEpoch(done + 1, {
      ...work,
      stage: "layers",
      rateOf: (step) => rateOf(done * steps + step),
    });
    losses.push(means.loss);
  }
  const state = runner.state();
  return { layers: layersFrom(trainable.map((name) => state.get(name)!)), losses };
}

/** `features` [N, D] -> `logits` [N, K] */
function layersGraph(layers: Layers, dimensions: number): Graph {
  const b = createBuilder("layers");
  const features = b.input("features", "float32", ["N", dimensions]);
  const logits = appendLayers(b, features, layers);
  b.output(logits, "logits", "float32", ["N", layers.at(-1)!.bias.length]);
  return b.graph();
}

/** Rows of a matrix as examples, the same in every epoch. */
function featureSource(features: Matrix): ExampleSource {
  return { dims: [features.columns], load: async (rows) => selectRows(features, rows).data };
}
