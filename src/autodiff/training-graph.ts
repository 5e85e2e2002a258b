import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph, Model, ValueInfo } from "../graph/graph.ts";
import { knownShapes } from "./known-shapes.ts";
import type { StateVariable, TrainingOptions } from "./training-options.ts";
import { type TrainingStep, buildTrainingStep, feedNames } from "./training-step.ts";

/** A training graph and how to feed it. K, the number of steps in one run, is the length of `learningRate`. */
export interface TrainingGraph {
  readonly model: Model;
  readonly state: readonly StateVariable[];
  /** Stacked batches by the forward graph's input names. Shapes: K x B x the input's own. */
  readonly batches: ReadonlyMap<string, ValueInfo>;
  /** Stacked class numbers, where the loss needs them. Shape: K x B int64; below 0 marks a filler row. */
  readonly labels: ValueInfo | undefined;
  /** Stacked target distributions, where the loss needs them. Shape: K x B x classes. */
  readonly distribution: ValueInfo | undefined;
  /** Further targets of the loss, stacked, by its names for them. Shapes: K x B x their width. */
  readonly targets: ReadonlyMap<string, ValueInfo>;
  /** The input with one rate a step. Shape: K. */
  readonly learningRate: string;
  /** The input with one seed a step, int64 in [0, 2³²), where the network has Dropout. Shape: K. */
  readonly seed: string | undefined;
  /** The output with each step's loss before its update. Shape: K. */
  readonly loss: string;
  /** The output with how many rows of each step's batch have their largest logit at the target. Shape: K. */
  readonly correct: string;
  /** The output with each step's gradient norm before clipping, when `clipNorm` is set. Shape: K. */
  readonly norm: string | undefined;
}

/**
 * A forward graph as a graph that trains it: forward, loss, backward and update of one step as the body of a `Loop`,
 * which carries parameters and optimiser state inside the runtime for as many steps as it is fed. Standard ONNX only.
 * The first output of `forward` holds the logits, B x classes; further ones are there for losses that read them. It is in
 * written form (see `upgradeOpset`).
 * Same feeds and threads, same bits.
 * Throws E_NO_GRADIENT with every operator that has no row, E_WEIGHTS for trainable names that are no parameters the
 * loss depends on, E_SHAPE where a dimension stays unknown or the logits are no matrix.
 */
export function trainingGraph(forward: Graph, options: TrainingOptions): TrainingGraph {
  const known = knownShapes(forward, { batchSize: options.batchSize, dims: options.dims ?? {} });
  const step = buildTrainingStep(forward, options, known);
  const b = createBuilder(`${forward.name} training`, "training/");
  const stacked = ([name, { type, dims }]: [string, ValueInfo]): [string, ValueInfo] => {
    const info: ValueInfo = { name, type, dims: ["steps", ...(dims ?? [])] };
    b.input(info.name, info.type, info.dims);
    return [name, info];
  };
  const feeds = new Map([...step.feeds].map(stacked));
  for (const { input, dims } of step.state) b.input(input, "float32", dims);
  b.add(loopNode(b.op("Size", [feedNames.learningRate]), step));
  for (const { output, dims } of step.state) b.output(output, output, "float32", dims);
  for (const name of step.scans) b.output(name, name, "float32", ["steps"]);
  const batches = forward.inputs.map(({ name }) => [name, feeds.get(feedNames.batch(name))!] as const);
  return {
    model: createModel(b.graph()),
    state: step.state,
    batches: new Map(batches),
    labels: feeds.get(feedNames.labels),
    distribution: feeds.get(feedNames.distribution),
    targets: new Map(
      [...(options.loss.targets ?? new Map()).keys()].map((name) => [
        name,
        feeds.get(feedNames.target(name))!,
      ]),
    ),
    learningRate: feedNames.learningRate,
    seed: feeds.has(feedNames.seed) ? feedNames.seed : undefined,
    loss: "loss",
    correct: "correct",
    norm: step.scans.includes("norm") ? "norm" : undefined,
  };
}

/** The step repeated `count` times: state goes round, the scans are stacked. */
function loopNode(count: string, { body, state, scans }: TrainingStep): Graph["nodes"][number] {
  return {
    name: "steps",
    operator: "Loop",
    domain: "",
    inputs: [count, "", ...state.map(({ input }) => input)],
    outputs: [...state.map(({ output }) => output), ...scans],
    attributes: { body: { kind: "graph", value: body } },
  };
}
