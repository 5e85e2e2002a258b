import { createBuilder } from "../graph/build.ts";
import { type Graph, type Model, createModel } from "../graph/graph.ts";
import { chainGraphs, joinGraphs } from "../graph/join-graphs.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import { renameValues } from "../graph/rename-values.ts";
import { upgradeOpset } from "../graph/upgrade-opset.ts";

/** One backbone of the model: its pixels' way in, and the network up to the pooled features. */
export interface Branch {
  readonly preprocessing: Preprocessing;
  /** One input [N, 3, h, w] -> `features` [N, D]. */
  readonly features: Model;
}

/**
 * The model that is delivered: `pixel_values` [N, 3, H, W], RGB 0 to 255 of any size -> `logits` [N, K].
 * Each branch resizes and normalises for itself, their features are joined in order, and the classifier's graph
 * (transforms and temperature inside) ends it.
 */
export function composeModel(branches: readonly Branch[], classifier: Graph): Model {
  const parts = branches.map((branch, i) => ({ graph: branchGraph(branch), prefix: `branch${i}/` }));
  const joined = joinGraphs("model", parts, { shared: ["pixel_values"] });
  const names = parts.map(({ prefix }) => `${prefix}features`);
  const features = chainGraphs(
    joined,
    concatGraph(names),
    Object.fromEntries(names.map((name) => [name, name])),
  );
  return createModel(
    chainGraphs(features, renameValues(classifier, { prefix: "classifier/", except: ["logits"] }), {
      "classifier/features": "joined",
    }),
  );
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
  b.output(inputs.length === 1 ? inputs[0]! : b.op("Concat", inputs, { axis: 1 }), "joined", "float32", [
    "N",
    "D",
  ]);
  return b.graph();
}
