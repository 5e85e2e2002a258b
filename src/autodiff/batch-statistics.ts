import type { GraphNode } from "../graph/graph.ts";
import { floatOf } from "../graph/node-attributes.ts";
import { floatTensor, sizeOf } from "../graph/tensor.ts";
import type { Expressions } from "./expressions.ts";
import type { KnownShapes } from "./known-shapes.ts";

/** Batch statistics that a running mean or variance follows: initializer name -> its next value. */
export type NextStatistics = Map<string, string>;

/**
 * Writes a BatchNormalization node on the batch's own statistics. The node comes back as its gradient rule is to see it:
 * in training mode, with x - mean as its fourth output; and what the running mean and variance become.
 */
export function onBatchStatistics(
  e: Expressions,
  node: GraphNode,
  known: KnownShapes,
): { readonly node: GraphNode; readonly statistics: NextStatistics } {
  const batch = batchStatistics(e, node, known);
  e.builder.add(ofCentre(e, node, batch));
  return { node: asTrained(node, batch), statistics: moveStatistics(e, node, batch) };
}

/** What a batch has of its own, per channel, and from how many entries a channel. Shapes: mean, variance C. */
interface BatchStatistics {
  /** x - mean. Shape: that of x. */
  readonly centre: string;
  readonly mean: string;
  /** Σ (x - μ)² / n. */
  readonly variance: string;
  readonly channels: number;
  readonly count: number;
}

function batchStatistics(e: Expressions, node: GraphNode, known: KnownShapes): BatchStatistics {
  const x = node.inputs[0]!;
  const dims = known.dimsOf(x);
  const axes = dims.map((_, axis) => axis).filter((axis) => axis !== 1);
  const mean = e.mean(x, axes);
  const centre = e.sub(x, mean);
  const variance = e.mean(e.mul(centre, centre), axes);
  const perChannel = [dims[1]!];
  return {
    centre,
    mean: e.reshape(mean, perChannel),
    variance: e.reshape(variance, perChannel),
    channels: dims[1]!,
    count: sizeOf(dims) / dims[1]!,
  };
}

/**
 * The same node with x - mean in place of x, so that x itself need not be kept. ONNX Runtime's own training mode is no use
 * here: it writes the running statistics in place, over values that are still to be read.
 */
function ofCentre(
  e: Expressions,
  node: GraphNode,
  { centre, variance, channels }: BatchStatistics,
): GraphNode {
  const zeros = e.builder.constant(floatTensor([channels], new Float32Array(channels)));
  return { ...node, inputs: [centre, ...node.inputs.slice(1, 3), zeros, variance] };
}

/** For the gradient rule: mean and variance depend on x. */
function asTrained(node: GraphNode, { centre, mean, variance }: BatchStatistics): GraphNode {
  return {
    ...node,
    inputs: [...node.inputs.slice(0, 3), mean, variance],
    outputs: [node.outputs[0]!, "", "", centre],
    attributes: { ...node.attributes, training_mode: { kind: "int", value: 1 } },
  };
}

/**
 * running ← m running + (1 - m) batch, with m ONNX's `momentum` (PyTorch's is 1 - m); the variance enters unbiased,
 * times n / (n - 1), as in PyTorch.
 */
function moveStatistics(
  e: Expressions,
  node: GraphNode,
  { mean, variance, count }: BatchStatistics,
): NextStatistics {
  const momentum = floatOf(node, "momentum", 0.9);
  const move = (running: string, batch: string, factor: number): [string, string] => [
    running,
    e.add(e.mul(running, momentum), e.mul(batch, (1 - momentum) * factor)),
  ];
  return new Map([
    move(node.inputs[3]!, mean, 1),
    move(node.inputs[4]!, variance, count > 1 ? count / (count - 1) : 1),
  ]);
}
