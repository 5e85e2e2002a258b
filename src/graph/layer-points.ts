import type { Graph, GraphNode, Model } from "./graph.ts";
import { type InferOptions, inferShapes } from "./shapes/infer-shapes.ts";

/** A place in a network where features can be taken. Its fields are those of a card's layer, and the operator. */
export interface LayerPoint {
  /** By kind and order: "conv5", "pool5" (the pool after the fifth convolution), "add3", "fc2". */
  readonly name: string;
  /** The graph value: after the batch norm and activation that belong to the layer. */
  readonly value: string;
  /** Without the batch: [C, H, W] or [D]. */
  readonly shape: readonly number[];
  /** The operator that the layer is named after. */
  readonly operator: string;
}

/** The kind of layer that an operator makes; several operators of one kind are counted together. */
const layerKinds: Readonly<Record<string, string>> = {
  Conv: "conv",
  ConvTranspose: "deconv",
  Gemm: "fc",
  MatMul: "fc",
  Add: "add",
  Concat: "concat",
  MaxPool: "pool",
  AveragePool: "pool",
  GlobalAveragePool: "gap",
  GlobalMaxPool: "gmp",
  ReduceMean: "mean",
  Flatten: "flatten",
  LayerNormalization: "norm",
  RMSNormalization: "norm",
};

/** What belongs to the layer before it when nothing else reads the value between. */
const followers = new Set([
  "BatchNormalization",
  "Relu",
  "Clip",
  "LeakyRelu",
  "PRelu",
  "Sigmoid",
  "HardSigmoid",
  "HardSwish",
  "Elu",
  "Selu",
  "Gelu",
  "Mish",
  "Tanh",
  "LRN",
  "Swish",
  "Dropout",
  "Identity",
  "QuantizeLinear",
  "DequantizeLinear",
]);

/**
 * Candidate layers of any network, from the input to the output, for files without a card.
 * `inputs`: dimensions for inputs that the graph leaves free. Values whose shape after the batch is free or unknown
 * are left out. Throws E_SHAPE where shapes do not fit.
 */
export function listLayers(model: Model, { inputs = {} }: Pick<InferOptions, "inputs"> = {}): LayerPoint[] {
  const { graph } = model;
  const shapes = inferShapes(graph, { inputs, onUnknown: "skip", opset: model.opsets.get("") });
  const readers = readersOf(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const counts = new Map<string, number>();
  const points: LayerPoint[] = [];
  for (const node of graph.nodes) {
    const kind = endsWholeNumbers(node, producers) ? "dequant" : layerKinds[node.operator];
    const isComputed =
      shapes.get(node.outputs[0] ?? "")?.type === "float32" && !isBias(node, { graph, producers });
    if (kind === undefined || node.domain !== "" || !isComputed) continue;
    const value = endOfLayer(node, readers);
    const shape = shapes.get(value)?.dims.slice(1);
    const name = layerName(kind, counts);
    if (shape?.length && shape.every((dim) => typeof dim === "number"))
      points.push({ name, value, shape, operator: node.operator });
  }
  return points;
}

/**
 * The end of the convolutional trunk: the last layer that is still a map of more than one place, its activation and
 * the pool behind it included. Undefined for a network without such a layer.
 */
export function trunkEnd(layers: readonly LayerPoint[]): LayerPoint | undefined {
  return layers.findLast(({ shape }) => shape.length === 3 && shape[1]! * shape[2]! > 1);
}

/** Pools carry the number of the convolution before them, as AlexNet's pool5 does; a second one a letter. */
function layerName(kind: string, counts: Map<string, number>): string {
  const number = kind === "pool" ? (counts.get("conv") ?? 0) : (counts.get(kind) ?? 0) + 1;
  if (kind !== "pool") {
    counts.set(kind, number);
    return `${kind}${number}`;
  }
  const same = (counts.get(`pool${number}`) ?? 0) + 1;
  counts.set(`pool${number}`, same);
  return `pool${number}${same > 1 ? String.fromCharCode(96 + same) : ""}`;
}

function readersOf(graph: Graph): Map<string, GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node]);
  return readers;
}

function endOfLayer(node: GraphNode, readers: ReadonlyMap<string, readonly GraphNode[]>): string {
  let value = node.outputs[0]!;
  for (
    let next = readers.get(value);
    next?.length === 1 && followers.has(next[0]!.operator);
    next = readers.get(value)
  )
    value = next[0]!.outputs[0]!;
  return value;
}

/** Where a network that computes on whole numbers gives floats again; not one half of a pair that only rounds. */
function endsWholeNumbers(
  { operator, inputs }: GraphNode,
  producers: ReadonlyMap<string, GraphNode>,
): boolean {
  const source = operator === "DequantizeLinear" ? producers.get(inputs[0]!) : undefined;
  return source !== undefined && source.operator !== "QuantizeLinear";
}

/** An Add of a constant is the bias of the layer before it or part of a formula, not a layer. */
function isBias(
  { operator, inputs }: GraphNode,
  { graph, producers }: { graph: Graph; producers: ReadonlyMap<string, GraphNode> },
): boolean {
  const isConstant = (name: string): boolean =>
    graph.initializers.has(name) || producers.get(name)?.operator === "Constant";
  return operator === "Add" && inputs.some(isConstant);
}
