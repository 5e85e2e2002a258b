import { RootstockError } from "../base/errors.ts";
import type { Graph, Model } from "../graph/graph.ts";
import { createModel } from "../graph/create-model.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import { cutFrom } from "../graph/edit/cut-from.ts";
import { chainGraphs } from "../graph/edit/join-graphs.ts";
import { renameValues } from "../graph/edit/rename-values.ts";

/** The value of a delivered model's graph where its networks end and its classifier begins. */
export const joinedFeatures = "joined";

/** `pixel_values` [N, 3, H, W] -> `joined` [N, D]: preprocessing and networks of a delivered model. Throws E_BUNDLE for another graph. */
export function trunkOf(model: Model): Model {
  return parted(() => cutAt(model, joinedFeatures));
}

/** `joined` [N, D] -> `logits` [N, K]: the classifier of a delivered model, its temperature inside. Throws as `trunkOf`. */
export function headOf(model: Model): Model {
  return parted(() => ({ ...model, graph: cutFrom(model.graph, joinedFeatures, { dims: ["N", "D"] }) }));
}

/** A delivered model's networks with another classifier behind them: `features` [N, D] -> `logits` [N, K]. */
export function withClassifier(model: Model, classifier: Graph, labels: readonly string[]): Model {
  const graph = chainGraphs(
    trunkOf(model).graph,
    renameValues(classifier, { prefix: "classifier/", except: ["logits"] }),
    { "classifier/features": joinedFeatures },
  );
  return createModel(graph, modelMetadata(labels));
}

/** What the graph's file says of itself to whoever has it alone. */
export function modelMetadata(labels: readonly string[]): [string, string][] {
  return [
    ...(labels.length === 0 ? [] : [["labels", JSON.stringify(labels)] as [string, string]]),
    ["pixel_values", "float32 [N, 3, H, W], sRGB from 0 to 255, any size"],
  ];
}

function parted<T>(cut: () => T): T {
  try {
    return cut();
  } catch (cause) {
    throw new RootstockError(
      "E_BUNDLE",
      `model: expected a graph with a value "${joinedFeatures}" between networks and classifier, got none.`,
      { hint: "It was not written by `rootstock train` or `compare`; train it again.", cause },
    );
  }
}
