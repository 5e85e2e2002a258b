import { RootstockError } from "../base/errors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { floatOf } from "../graph/node-attributes.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { Expressions } from "./expressions.ts";
import type { KnownShapes } from "./known-shapes.ts";
import { dropoutMask, layerSeed } from "./random-mask.ts";
import { correlationOf } from "./rules/correlation.ts";
import { type TiledOperands, isTiled, tiledConvolution } from "./rules/tiled.ts";

/** How a forward graph behaves while it is trained. */
export interface TrainingMode {
  /** The name of this step's seed (scalar int64), or undefined: Dropout stays off. */
  readonly seed: string | undefined;
  /** True for the BatchNormalization nodes that use the batch's own statistics. */
  readonly usesBatchStatistics: (node: GraphNode) => boolean;
  /** True for the initializers and inputs whose gradient is wanted. */
  readonly isTrained: (name: string) => boolean;
  readonly known: KnownShapes;
}

/** Batch statistics that a running mean or variance follows: initializer name -> its next value. */
export type NextStatistics = Map<string, string>;

/** What was written. */
export interface TrainingForm {
  /** As the gradient rules are to see them. */
  readonly nodes: readonly GraphNode[];
  readonly statistics: NextStatistics;
  /** The shapes known before, and those of the masks. */
  readonly known: KnownShapes;
}

/**
 * Writes the forward nodes as training needs them; value names stay.
 * MaxPool also gives its Indices. A trained convolution is written by tiles where they are faster (`isTiled`), and gives
 * its operands at the points. Dropout becomes a product with a seeded mask. BatchNormalization on batch statistics
 * gets mean and variance of the batch, towards which the running ones move as in PyTorch.
 */
export function appendTrainingForm(
  e: Expressions,
  graph: Pick<Graph, "nodes" | "initializers">,
  mode: TrainingMode,
): TrainingForm {
  const nodes: GraphNode[] = [];
  const masks = new Map<string, readonly number[]>();
  const statistics: NextStatistics = new Map();
  const keep = (node: GraphNode): void => {
    e.builder.add(node);
    nodes.push(node);
  };
  for (const node of graph.nodes) {
    if (node.operator === "MaxPool" && !node.outputs[1]) keep(withIndices(node));
    else if (node.operator === "Dropout" && mode.seed !== undefined) {
      const seed = layerSeed(e, mode.seed, masks.size);
      const dims = mode.known.dimsOf(node.outputs[0]!);
      const mask = dropoutMask(e, { seed, dims, ratio: ratioOf(node, mode.known) });
      masks.set(mask, dims);
      keep(product(node, mask));
    } else if (node.operator === "BatchNormalization" && mode.usesBatchStatistics(node)) {
      const batch = batchStatistics(e, node, mode.known);
      e.builder.add(onStatistics(node, batch));
      nodes.push(asTrained(onStatistics(node, batch)));
      for (const [name, next] of moveStatistics(e, node, batch)) statistics.set(name, next);
    } else if (node.operator === "Conv" && mode.isTrained(node.inputs[1]!)) {
      const tiled = byTiles(e, node, mode.known);
      if (tiled === undefined) keep(node);
      else nodes.push(tiled);
    } else keep(node);
  }
  const known: KnownShapes = {
    ...mode.known,
    dimsOf: (name) => masks.get(name) ?? mode.known.dimsOf(name),
  };
  return { nodes, statistics, known };
}

function withIndices(node: GraphNode): GraphNode {
  return { ...node, outputs: [node.outputs[0]!, `${node.outputs[0]!}/indices`] };
}

/** A convolution written by tiles, as its gradient rule is to see it; undefined where its shape does better without. */
function byTiles(e: Expressions, node: GraphNode, { dimsOf }: KnownShapes): GraphNode | undefined {
  const [x, w, bias] = node.inputs as [string, string, string?];
  const y = node.outputs[0]!;
  const map = correlationOf(node, { large: dimsOf(x), kernel: dimsOf(w), small: dimsOf(y) });
  if (!isTiled(map)) return undefined;
  const tiles: TiledOperands = new Map();
  const sums = tiledConvolution(e, map, { large: x, kernel: w, tiles });
  if (bias) e.builder.op("Add", [sums, e.reshape(bias, [1, map.small[1]!, 1, 1])], {}, y);
  else e.builder.op("Identity", [sums], {}, y);
  return { ...node, outputs: [y, tiles.get("large")!, tiles.get("kernel")!] };
}

function product(node: GraphNode, mask: string): GraphNode {
  if (node.outputs[1])
    throw new RootstockError(
      "E_OPERATOR",
      `node "${node.name}" (Dropout): expected one output, got its mask too.`,
    );
  return { ...node, operator: "Mul", inputs: [node.inputs[0]!, mask], attributes: {} };
}

/** The share of places dropped: input 1, 0.5 by default. Throws E_OPERATOR unless it is a constant in [0, 1). */
function ratioOf(node: GraphNode, known: KnownShapes): number {
  const ratio = node.inputs[1] ? known.numbersOf(node.inputs[1], node)[0]! : 0.5;
  if (ratio >= 0 && ratio < 1) return ratio;
  throw new RootstockError(
    "E_OPERATOR",
    `node "${node.name}" (Dropout): expected a constant ratio in [0, 1), got ${ratio}.`,
  );
}

/** What a batch has of its own, per channel, and from how many entries a channel. Shapes: mean, variance C. */
interface BatchStatistics {
  readonly mean: string;
  /** Σ (x - μ)² / n. */
  readonly variance: string;
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
    mean: e.reshape(mean, perChannel),
    variance: e.reshape(variance, perChannel),
    count: sizeOf(dims) / dims[1]!,
  };
}

/**
 * The same node on given statistics. ONNX Runtime's own training mode is no use here: it writes the running
 * statistics in place, over values that are still to be read.
 */
function onStatistics(node: GraphNode, { mean, variance }: BatchStatistics): GraphNode {
  return { ...node, inputs: [...node.inputs.slice(0, 3), mean, variance] };
}

/** For the gradient rule: mean and variance depend on x. */
function asTrained(node: GraphNode): GraphNode {
  return { ...node, attributes: { ...node.attributes, training_mode: { kind: "int", value: 1 } } };
}

/**
 * running ← m running + (1 - m) batch, with m ONNX's `momentum` (PyTorch's is 1 - m); the variance enters unbiased,
 * times n / (n - 1), as in PyTorch.
 */
function moveStatistics(
  e: Expressions,
  node: GraphNode,
  { mean, variance, count }: BatchStatistics,
): [string, string][] {
  const momentum = floatOf(node, "momentum", 0.9);
  const move = (running: string, batch: string, factor: number): [string, string] => [
    running,
    e.add(e.mul(running, momentum), e.mul(batch, (1 - momentum) * factor)),
  ];
  return [
    move(node.inputs[3]!, mean, 1),
    move(node.inputs[4]!, variance, count > 1 ? count / (count - 1) : 1),
  ];
}
