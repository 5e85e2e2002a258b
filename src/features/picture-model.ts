import type { Graph, Model } from "../graph/graph.ts";
import { chainGraphs, joinGraphs } from "../graph/edit/join-graphs.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { upgradeOpset } from "../graph/onnx/upgrade-opset.ts";

/**
 * Preprocessing and network in one graph, so that what the network looks at never leaves the runtime.
 * Inputs: `pictureNames(count)`, each uint8 [H, W, 3] of a size of its own; outputs: the network's, of `count` rows.
 * Throws E_OPERATOR where the network has no form that can be joined (see `upgradeOpset`).
 */
export function pictureModel(network: Model, preprocessing: Preprocessing, count: number): Model {
  const upgraded = upgradeOpset(network);
  const pixels = stackedPixels(preprocessing, count);
  const input = upgraded.graph.inputs[0]!.name;
  return { ...upgraded, graph: chainGraphs(pixels, upgraded.graph, { [input]: "pixels" }) };
}

/** The inputs of a picture model, in the order of its rows. */
export function pictureNames(count: number): string[] {
  return prefixes(count).map((prefix) => `${prefix}image`);
}

/** Shapes: `count` of uint8 [H, W, 3] -> `pixels`, float32 [count, 3, height, width]. */
function stackedPixels(preprocessing: Preprocessing, count: number): Graph {
  const graph = preprocessingGraph(preprocessing);
  const parts = joinGraphs(
    "pictures",
    prefixes(count).map((prefix) => ({ graph, prefix })),
  );
  const [first] = parts.outputs;
  const stack = {
    name: "pixels",
    operator: count === 1 ? "Identity" : "Concat",
    domain: "",
    inputs: parts.outputs.map(({ name }) => name),
    outputs: ["pixels"],
    attributes: count === 1 ? {} : ({ axis: { kind: "int", value: 0 } } as const),
  };
  const output = { ...first!, name: "pixels", dims: [count, ...first!.dims!.slice(1)] };
  return { ...parts, nodes: [...parts.nodes, stack], outputs: [output] };
}

function prefixes(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `picture${i}/`);
}
