import { RootstockError } from "../base/errors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { type NextStatistics, onBatchStatistics } from "./batch-statistics.ts";
import type { Expressions } from "./expressions.ts";
import type { KnownShapes } from "./known-shapes.ts";
import { poolFirst } from "./pool-first.ts";
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

/** What was written. */
export interface TrainingForm {
  /** As the gradient rules are to see them. */
  readonly nodes: readonly GraphNode[];
  readonly statistics: NextStatistics;
  /** The shapes known before, and those of values that were added. */
  readonly known: KnownShapes;
}

/**
 * Writes the forward nodes as training needs them; value names stay, but for a Relu that goes behind its MaxPool.
 * MaxPool behind what is trained also gives its Indices. A trained convolution is written by tiles where they are faster (`isTiled`), and gives
 * its operands at the points. Dropout becomes a product with a seeded mask. BatchNormalization on batch statistics
 * gets mean and variance of the batch, towards which the running ones move as in PyTorch.
 */
export function appendTrainingForm(
  e: Expressions,
  graph: Pick<Graph, "nodes" | "outputs">,
  mode: TrainingMode,
): TrainingForm {
  const nodes: GraphNode[] = [];
  const masks = new Map<string, readonly number[]>();
  const statistics: NextStatistics = new Map();
  const isMoving = movement(graph, mode.isTrained);
  const ordered = poolFirst(graph, isMoving);
  const keep = (node: GraphNode): void => {
    e.builder.add(node);
    nodes.push(node);
  };
  for (const node of ordered.nodes) {
    if (node.operator === "MaxPool" && !node.outputs[1] && isMoving(node.inputs[0]!)) keep(withIndices(node));
    else if (node.operator === "Dropout" && mode.seed !== undefined) {
      const seed = layerSeed(e, mode.seed, masks.size);
      const dims = mode.known.dimsOf(node.outputs[0]!);
      const mask = dropoutMask(e, { seed, dims, ratio: ratioOf(node, mode.known) });
      masks.set(mask, dims);
      keep(product(node, mask));
    } else if (node.operator === "BatchNormalization" && mode.usesBatchStatistics(node)) {
      const written = onBatchStatistics(e, node, mode.known);
      nodes.push(written.node);
      for (const [name, next] of written.statistics) statistics.set(name, next);
    } else if (node.operator === "Conv" && mode.isTrained(node.inputs[1]!)) {
      const tiled = byTiles(e, node, mode.known);
      if (tiled === undefined) keep(node);
      else nodes.push(tiled);
    } else keep(node);
  }
  const alike = (name: string): string => ordered.between.get(name) ?? name;
  const known: KnownShapes = {
    ...mode.known,
    typeOf: (name) => mode.known.typeOf(alike(name)),
    dimsOf: (name) => masks.get(name) ?? mode.known.dimsOf(alike(name)),
  };
  return { nodes, statistics, known };
}

/** Whether a value is trained or depends on one that is. */
function movement(
  { nodes }: Pick<Graph, "nodes">,
  isTrained: TrainingMode["isTrained"],
): (name: string) => boolean {
  const dependent = new Set<string>();
  const isMoving = (name: string): boolean => isTrained(name) || dependent.has(name);
  for (const node of nodes)
    if (node.inputs.some(isMoving)) for (const name of node.outputs) if (name !== "") dependent.add(name);
  return isMoving;
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
