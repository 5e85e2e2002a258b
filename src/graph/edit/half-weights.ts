import type { Graph, GraphNode } from "../graph.ts";
import { intOf } from "../node-attributes.ts";
import { namesReadBy } from "./rename-values.ts";
import { type Tensor, elementTypes, floatTensor, numbersOf, tensorOfNumbers } from "../tensor.ts";

const float32 = elementTypes.float32.onnx;

/**
 * The same network with its float32 weights kept as float16, each behind a Cast that every runtime folds away at load:
 * half the bytes in the file, float32 arithmetic, weights rounded to 11 bits. A weight of 65,520 or more would be infinite
 * and is left as it is.
 */
export function narrowWeights(graph: Graph): Graph {
  const initializers = new Map<string, Tensor>();
  const casts: GraphNode[] = [];
  for (const [name, tensor] of graph.initializers) {
    const half = tensor.type === "float32" ? narrowed(tensor) : undefined;
    if (half === undefined) {
      initializers.set(name, tensor);
      continue;
    }
    initializers.set(`${name}/float16`, half);
    casts.push({
      name,
      operator: "Cast",
      domain: "",
      inputs: [`${name}/float16`],
      outputs: [name],
      attributes: { to: { kind: "int", value: float32 } },
    });
  }
  return { ...graph, initializers, nodes: [...casts, ...graph.nodes] };
}

/** Weights that are kept in a narrower floating type behind a Cast as the float32 that they stand for; the inverse. */
export function widenWeights(graph: Graph): Graph {
  const casts = new Map(
    graph.nodes.filter((node) => widens(node, graph)).map((node) => [node, node.inputs[0]!]),
  );
  if (casts.size === 0) return graph;
  const nodes = graph.nodes.filter((node) => !casts.has(node));
  const initializers = new Map(graph.initializers);
  const stillRead = new Set([...nodes.flatMap(namesReadBy), ...graph.outputs.map(({ name }) => name)]);
  for (const [{ outputs }, name] of casts) {
    const { dims, ...tensor } = graph.initializers.get(name)!;
    initializers.set(outputs[0]!, floatTensor(dims, Float32Array.from(numbersOf({ dims, ...tensor }))));
    if (!stillRead.has(name)) initializers.delete(name);
  }
  return { ...graph, nodes, initializers };
}

function widens(node: GraphNode, { initializers, outputs }: Graph): boolean {
  if (node.operator !== "Cast" || node.domain !== "" || intOf(node, "to", 0) !== float32) return false;
  const type = initializers.get(node.inputs[0] ?? "")?.type;
  const isOutput = outputs.some(({ name }) => name === node.outputs[0]);
  return (type === "float16" || type === "bfloat16") && !isOutput;
}

function narrowed(tensor: Tensor): Tensor | undefined {
  const values = numbersOf(tensor);
  if (values.some((value) => Math.abs(value) >= 65_520)) return undefined;
  return tensorOfNumbers("float16", tensor.dims, values);
}
