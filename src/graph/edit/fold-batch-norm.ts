import type { Graph, GraphNode } from "../graph.ts";
import { floatOf } from "../node-attributes.ts";
import { type Tensor, asFloat32, floatTensor } from "../tensor.ts";

/**
 * The same function with every batch normalisation behind a convolution written into the convolution:
 * W'[o] = W[o] s[o], b' = β + (b - μ) s, s = γ / √(σ² + ε), on the stored statistics.
 * The weight keeps its name, the offset that of β. Left as they are: convolutions whose output is read elsewhere or named
 * in `keep`, weights that several nodes read, and normalisations whose parameters are computed.
 */
export function foldBatchNorm(graph: Graph, { keep = [] }: { keep?: readonly string[] } = {}): Graph {
  const readers = countReaders(graph);
  const kept = new Set([...keep, ...graph.outputs.map(({ name }) => name)]);
  const convolutions = new Map(
    graph.nodes
      .filter(({ operator }) => operator === "Conv")
      .map((node) => [node.outputs[0]!, node] as const),
  );
  const initializers = new Map(graph.initializers);
  const replaced = new Map<GraphNode, readonly GraphNode[]>();
  for (const norm of graph.nodes) {
    const conv = norm.operator === "BatchNormalization" ? convolutions.get(norm.inputs[0]!) : undefined;
    if (!conv || kept.has(conv.outputs[0]!)) continue;
    const parameters = [
      conv.inputs[1]!,
      ...norm.inputs.slice(1),
      ...(conv.inputs[2] ? [conv.inputs[2]] : []),
    ];
    const isOwn = [conv.outputs[0]!, ...parameters].every((name) => readers.get(name) === 1);
    if (!isOwn || !parameters.every((name) => initializers.get(name)?.type === "float32")) continue;
    const { weight, offset } = foldedParameters(conv, norm, initializers);
    for (const name of parameters) initializers.delete(name);
    initializers.set(conv.inputs[1]!, weight).set(norm.inputs[2]!, offset);
    const inputs = [...conv.inputs.slice(0, 2), norm.inputs[2]!];
    replaced.set(conv, [{ ...conv, inputs, outputs: norm.outputs.slice(0, 1) }]).set(norm, []);
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]), initializers };
}

/** Shapes: weight O x C/g x ..., offset O. */
function foldedParameters(
  conv: GraphNode,
  norm: GraphNode,
  initializers: ReadonlyMap<string, Tensor>,
): { weight: Tensor; offset: Tensor } {
  const [, scale, offset, mean, variance] = norm.inputs.map((name) =>
    initializers.has(name) ? asFloat32(initializers.get(name)!) : new Float32Array(),
  ) as [unknown, Float32Array, Float32Array, Float32Array, Float32Array];
  const epsilon = floatOf(norm, "epsilon", 1e-5);
  const factors = scale.map((gamma, o) => gamma / Math.sqrt(variance[o]! + epsilon));
  const old = initializers.get(conv.inputs[1]!)!;
  const bias = conv.inputs[2] ? asFloat32(initializers.get(conv.inputs[2])!) : new Float32Array(scale.length);
  const perOutput = asFloat32(old).length / scale.length;
  const weight = asFloat32(old).map((value, i) => value * factors[Math.floor(i / perOutput)]!);
  const moved = offset.map((beta, o) => beta + (bias[o]! - mean[o]!) * factors[o]!);
  return { weight: floatTensor(old.dims, weight), offset: floatTensor([scale.length], moved) };
}

function countReaders({ nodes }: Graph): Map<string, number> {
  const readers = new Map<string, number>();
  for (const name of nodes.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}
