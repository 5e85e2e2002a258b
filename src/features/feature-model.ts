import type { Backbone } from "../backbones/backbone.ts";
import type { CardLayer } from "../backbones/card.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import type { Attribute, Graph, GraphNode, Model } from "../graph/graph.ts";
import { renameValues } from "../graph/edit/rename-values.ts";
import { sizeOf } from "../graph/tensor.ts";
import { type Views, overViews } from "./views.ts";

/**
 * How a feature map [C, h, w] becomes a vector: C means, C maxima, both joined, or all C h w values. A sequence of
 * tokens [T, D] is pooled over its tokens: D means, D maxima.
 */
export const poolings = ["avg", "max", "avgmax", "flat"] as const;
/** How a feature map becomes a vector. */
export type Pooling = (typeof poolings)[number];

/**
 * The network from its pixels to pooled features: input [N, 3, height, width] -> output `features` [N, D].
 * A layer that is a vector already passes as it is, whatever the pooling. With `views` the features are means over them.
 * Throws E_OPTION for views of a network whose file fixes its batch.
 */
export function featureModel(
  backbone: Backbone,
  layer: CardLayer,
  pooling: Pooling,
  views: Views = 1,
): Model {
  const trunk = cutAt(backbone.model, layer.value);
  // under a prefix, because a network may have values called like ours
  const graph = renameValues(trunk.graph, { prefix: "network/" });
  return overViews({ ...trunk, graph: appendPooling(graph, layer, pooling) }, views);
}

/** D of a layer ([C, h, w], [T, D] or [D], without the batch) under a pooling. */
export function dimensionsOf({ shape }: Pick<CardLayer, "shape">, pooling: Pooling): number {
  if (shape.length < 2 || pooling === "flat") return sizeOf(shape);
  const channels = isSequence({ shape }) ? shape[1]! : shape[0]!;
  return pooling === "avgmax" ? 2 * channels : channels;
}

/** Tokens [T, D], as transformers have between their blocks. */
function isSequence({ shape }: Pick<CardLayer, "shape">): boolean {
  return shape.length === 2;
}

/** Bytes of dense weights from which on reading them costs more than a batch loses in the processor's caches. */
const largeDenseBytes = 16e6;

/**
 * Pictures a run that serve best: 1 for convolutions, whose weights and maps of one picture stay in the caches
 * (SqueezeNet: 2.8 ms a picture alone, 3.4 ms in a batch of 16); 8 where large dense layers are read from memory and the
 * batch is free.
 */
export function bestBatchSize({ graph }: Model): number {
  if (typeof graph.inputs[0]?.dims?.[0] === "number") return 1; // the file fixes its batch
  const dense = graph.nodes.filter(({ operator }) => operator === "Gemm" || operator === "MatMul");
  const weights = new Set(dense.flatMap(({ inputs }) => inputs));
  const bytes = [...graph.initializers]
    .filter(([name]) => weights.has(name))
    .map(([, tensor]) => tensor.bytes.length);
  return bytes.reduce((sum, size) => sum + size, 0) > largeDenseBytes ? 8 : 1;
}

const reductions = {
  avg: ["GlobalAveragePool"],
  max: ["GlobalMaxPool"],
  avgmax: ["GlobalAveragePool", "GlobalMaxPool"],
} as const;

/** Only operators of every opset, so that a network of any age is pooled as it is. Shapes: [N, ...shape] -> [N, D]. */
function appendPooling(graph: Graph, layer: CardLayer, pooling: Pooling): Graph {
  const operators = layer.shape.length < 2 || pooling === "flat" ? [] : reductions[pooling];
  const value = graph.outputs[0]!.name;
  const turned =
    isSequence(layer) && operators.length > 0
      ? [node("Transpose", [value], "pooling/channels", tokensLast)]
      : [];
  const map = turned[0]?.name ?? value;
  const pooled = operators.map((operator) => node(operator, [map], `pooling/${operator}`));
  const outputs = pooled.map(({ name }) => name);
  const joined = outputs.length > 1 ? [node("Concat", outputs, "pooling/Concat", alongChannels)] : [];
  const last = [...pooled, ...joined].at(-1)?.name ?? map;
  return {
    ...graph,
    nodes: [
      ...graph.nodes,
      ...turned,
      ...pooled,
      ...joined,
      node("Flatten", [last], "features", alongChannels),
    ],
    outputs: [{ name: "features", type: "float32", dims: ["N", dimensionsOf(layer, pooling)] }],
  };
}

const tokensLast = { perm: { kind: "ints", value: [0, 2, 1] } } as const;
const alongChannels = { axis: { kind: "int", value: 1 } } as const;

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return { name: output, operator, domain: "", inputs, outputs: [output], attributes };
}
