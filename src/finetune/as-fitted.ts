import { type Matrix, createMatrix } from "../base/matrix.ts";
import { fitTemperature } from "../classifiers/temperature.ts";
import type { EpochPoint, Training, TrainingOutcome } from "../evaluate/training.ts";
import { createModel } from "../graph/create-model.ts";
import { chainGraphs } from "../graph/edit/join-graphs.ts";
import type { Graph, Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import { renameValues } from "../graph/edit/rename-values.ts";
import { replaceInitializers } from "../graph/edit/replace-initializers.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { networkOutputs } from "../training/network-outputs.ts";
import type { TrainedNetwork } from "../training/train-network.ts";
import type { EpochFigures } from "../training/training-plan.ts";
import { type HeadShape, partHead } from "./head.ts";
import type { InnerSplit } from "./inner-split.ts";
import type { FittedNetwork, NetworkData, Replay } from "./network-data.ts";
import type { TrainedStage } from "./train-stage.ts";

/** The value between body and head. */
const headInput = "features";

/** A trained network, and what is needed to take it apart again. */
export interface TrainedParts {
  /** On the inner split. */
  readonly found: TrainedStage;
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
  /** Where its weights came from. */
  readonly origin: Pick<TrainingOutcome, "network" | "frozenTo" | "size">;
}

/**
 * The trained network as a `Method` gives it back: the refit where there is one. Its temperature is the one that fits
 * the inner validation rows best in the network that did not learn from them; they have also chosen the epoch: a little
 * optimistic, and never on rows that are scored.
 */
export async function asFitted(parts: TrainedParts): Promise<FittedNetwork> {
  const { found, refit, source, split, data, head, whole, preprocessing } = parts;
  const { engine } = data;
  const scores = await networkOutputs(found.trained.graph, { source, rows: split.validation }, { engine });
  const labels = split.validation.map((row) => data.labels[row]!);
  const temperature = fitTemperature(scores, labels, Int32Array.from(labels.keys()));
  const { graph } = refit ?? found.trained;
  const { hidden, last } = partHead(head, graph, temperature);
  const moved = [...graph.initializers].filter(([name]) => whole.initializers.has(name));
  return {
    chosen: { rate: Number(found.rate.toPrecision(3)) },
    training: trainingOf(parts),
    preprocessing,
    features: withHidden(createModel(replaceInitializers(whole, new Map(moved))), hidden),
    head: last,
    replay: replayOf(parts, graph),
    isInterrupted: parts.isInterrupted,
    logits: async (rows, options = {}) =>
      scaled(await networkOutputs(graph, { source, rows }, { ...options, engine }), 1 / temperature),
  };
}

/** The network with the hidden layers of its head. */
function withHidden(network: Model, hidden: Graph | null): Model {
  if (hidden === null) return network;
  const { graph } = cutAt(network, headInput, { outputName: "body" });
  const layers = renameValues(hidden, { prefix: "hidden/", except: [headInput] }); // both end in a node of that name
  return createModel(chainGraphs(graph, layers, { "hidden/body": "body" }));
}

/** What the body makes of photos; where all of it is frozen and there are no hidden layers, that is what the source gives. */
function replayOf({ source, data, head }: TrainedParts, graph: Graph): Replay {
  const { hidden } = head;
  const last = graph.nodes.find(({ inputs }) => inputs.includes(`head.${hidden.length}.weight`))!;
  const place = hidden.length === 0 ? headInput : last.inputs[0]!;
  const isBare = graph.inputs.some(({ name }) => name === place);
  const body = isBare ? null : cutAt(createModel(graph), place).graph;
  return {
    transforms: head.isNormalised === true ? ["signed-sqrt", "l2"] : [],
    features: async (rows, options = {}) =>
      body === null
        ? createMatrix(rows.length, head.dimensions, await source.load(rows, null, options))
        : await networkOutputs(body, { source, rows }, { ...options, engine: data.engine }),
  };
}

function trainingOf({ found, refit, isInterrupted, origin }: TrainedParts): Training {
  const { trained, curve } = found;
  const start = trained.start === null ? [] : [{ epoch: 0, ...trained.start }];
  return {
    epochs: [...start, ...trained.history.filter(isValidated)],
    rateTest: curve,
    outcome: {
      epochs: trained.history.length,
      bestEpoch: trained.bestEpoch,
      imagesSeen: trained.imagesSeen + (refit?.imagesSeen ?? 0),
      stoppedBy: isInterrupted ? "interruption" : trained.stoppedBy,
      isRefitted: refit !== null,
      ...origin,
    },
  };
}

function isValidated(figures: EpochFigures): figures is EpochFigures & EpochPoint {
  return figures.validationLoss !== undefined;
}

function scaled({ rows, columns, data }: Matrix, factor: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => value * factor),
  );
}
