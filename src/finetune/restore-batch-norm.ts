import type { Graph, GraphNode } from "../graph/graph.ts";
import { type Tensor, floatTensor } from "../graph/tensor.ts";

/**
 * Batch normalisation behind every convolution, where an export has folded it away: without it a deep network does not
 * train from random weights. Scale 1, offset 0, mean 0, variance 1. A graph that still has one is returned as it is.
 */
export function restoreBatchNorm(graph: Graph): Graph {
  if (graph.nodes.some(({ operator }) => operator === "BatchNormalization")) return graph;
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => {
    const weight = initializers.get(node.inputs[1] ?? "");
    return node.operator === "Conv" && weight ? normalised(node, weight.dims[0]!, initializers) : [node];
  });
  return { ...graph, nodes, initializers };
}

/** The convolution under another name, and the normalisation that takes over its old one. */
function normalised(node: GraphNode, channels: number, initializers: Map<string, Tensor>): GraphNode[] {
  const [output] = node.outputs as [string];
  const convolved = `${output}/convolved`;
  const parameter = (name: string, value: number): string => {
    initializers.set(`${output}/${name}`, floatTensor([channels], new Float32Array(channels).fill(value)));
    return `${output}/${name}`;
  };
  const own = [
    parameter("scale", 1),
    parameter("offset", 0),
    parameter("running_mean", 0),
    parameter("running_var", 1),
  ];
  return [
    { ...node, outputs: [convolved] },
    {
      name: `${output}/normalised`,
      operator: "BatchNormalization",
      domain: "",
      inputs: [convolved, ...own],
      outputs: [output],
      attributes: { epsilon: { kind: "float", value: 1e-5 } },
    },
  ];
}
