import type { Branch } from "../features/branch.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph, Model } from "../graph/graph.ts";
import { chainGraphs, joinGraphs } from "../graph/edit/join-graphs.ts";
import { mergeEqualNodes } from "../graph/edit/merge-equal-nodes.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import { renameValues } from "../graph/edit/rename-values.ts";
import { joinedFeatures, modelMetadata } from "./model-parts.ts";
import { upgradeOpset } from "../graph/onnx/upgrade-opset.ts";

/**
 * The model that is delivered: `pixel_values` [N, 3, H, W], RGB 0 to 255 of any size -> `logits` [N, K].
 * Each branch resizes and normalises for itself, their features are joined in order, and the classifier's graph
 * (transforms and temperature inside) ends it. Its metadata name the `labels`, a JSON list in the order of the logits,
 * and what `pixel_values` are, for whoever has the file alone.
 */
export function composeModel(
  branches: readonly Branch[],
  classifier: Graph,
  labels: readonly string[] = [],
): Model {
  const parts = branches.map((branch, i) => ({ graph: branchGraph(branch), prefix: `branch${i}/` }));
  const joined = joinGraphs("model", parts, { shared: ["pixel_values"] });
  const names = parts.map(({ prefix }) => `${prefix}features`);
  const features = chainGraphs(
    joined,
    concatGraph(names),
    Object.fromEntries(names.map((name) => [name, name])),
  );
  const graph = chainGraphs(
    features,
    renameValues(classifier, { prefix: "classifier/", except: ["logits"] }),
    { "classifier/features": joinedFeatures },
  );
  const whole = branches.length > 1 ? mergeEqualNodes(graph) : graph; // two layers of one network share it
  return createModel(whole, modelMetadata(labels));
}

/** A classifier's graph with the named columns of its `logits` alone, in that order. */
export function keepColumns(classifier: Graph, columns: readonly number[]): Graph {
  const b = createBuilder("columns", "columns/");
  const all = b.input("all_logits", "float32", ["N", "K"]);
  b.output(b.op("Gather", [all, b.ints([...columns])], { axis: 1 }), "logits", "float32", [
    "N",
    columns.length,
  ]);
  return chainGraphs(renameValues(classifier, { prefix: "every/", except: ["features"] }), b.graph(), {
    all_logits: "every/logits",
  });
}

function branchGraph({ preprocessing, features }: Branch): Graph {
  const network = upgradeOpset(features).graph;
  const input = network.inputs[0]!.name;
  return chainGraphs(preprocessingGraph(preprocessing, { input: "nchw" }), network, {
    [input]: "preprocessed",
  });
}

function concatGraph(names: readonly string[]): Graph {
  const b = createBuilder("join", "join/");
  const inputs = names.map((name) => b.input(name, "float32", ["N", "D"]));
  const all = inputs.length === 1 ? inputs[0]! : b.op("Concat", inputs, { axis: 1 });
  b.output(all, joinedFeatures, "float32", ["N", "D"]);
  return b.graph();
}
