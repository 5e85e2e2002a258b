import { RootstockError } from "../base/errors.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { floatOf } from "../graph/node-attributes.ts";
import { asFloat32, sizeOf } from "../graph/tensor.ts";
import type { Expressions } from "./expressions.ts";
import type { KnownShapes } from "./known-shapes.ts";
import { dropoutMask, layerSeed } from "./random-mask.ts";

/** How a forward graph behaves while it is trained. */
export interface TrainingMode {
  /** The name of this step's seed (scalar int64), or undefined: Dropout stays off. */
  readonly seed: string | undefined;
  /** True for the BatchNormalization nodes that use the batch's own statistics. */
  readonly usesBatchStatistics: (node: GraphNode) => boolean;
  readonly known: KnownShapes;
}

/** Batch statistics that a running mean or variance follows: initializer name -> its next value. */
export type NextStatistics = Map<string, string>;

/**
 * Writes the forward nodes as training needs them; value names stay.
 * MaxPool also gives its Indices. Dropout becomes a product with a seeded mask. BatchNormalization on batch statistics
 * gives mean and variance of the batch, from which the running ones move as in PyTorch.
 * Returns the nodes as written, and the shapes known with the masks' added.
 */
export function appendTrainingForm(
  e: Expressions,
  graph: Pick<Graph, "nodes" | "initializers">,
  mode: TrainingMode,
): {
  readonly nodes: readonly GraphNode[];
  readonly statistics: NextStatistics;
  readonly known: KnownShapes;
} {
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
      const mask = dropoutMask(e, { seed, dims, ratio: ratioOf(node, graph) });
      masks.set(mask, dims);
      keep(product(node, mask));
    } else if (node.operator === "BatchNormalization" && mode.usesBatchStatistics(node)) {
      const trained = withBatchStatistics(node);
      keep(trained);
      for (const [name, next] of moveStatistics(e, trained, {
        momentum: floatOf(node, "momentum", 0.9),
        mode,
      }))
        statistics.set(name, next);
    } else keep(node);
  }
  const known = { ...mode.known, dimsOf: (name: string) => masks.get(name) ?? mode.known.dimsOf(name) };
  return { nodes, statistics, known };
}

function withIndices(node: GraphNode): GraphNode {
  return { ...node, outputs: [node.outputs[0]!, `${node.outputs[0]!}/indices`] };
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
function ratioOf(node: GraphNode, { initializers }: Pick<Graph, "initializers">): number {
  if (!node.inputs[1]) return floatOf(node, "ratio", 0.5);
  const tensor = initializers.get(node.inputs[1]);
  const ratio = tensor === undefined ? Number.NaN : asFloat32(tensor)[0]!;
  if (!(ratio >= 0 && ratio < 1))
    throw new RootstockError(
      "E_OPERATOR",
      `node "${node.name}" (Dropout): expected a constant ratio in [0, 1), got ${tensor === undefined ? "a computed one" : ratio}.`,
    );
  return ratio;
}

/** With momentum 0 the "running" outputs are the batch's own mean and population variance. */
function withBatchStatistics(node: GraphNode): GraphNode {
  const y = node.outputs[0]!;
  return {
    ...node,
    outputs: [y, `${y}/mean`, `${y}/variance`],
    attributes: {
      ...node.attributes,
      training_mode: { kind: "int", value: 1 },
      momentum: { kind: "float", value: 0 },
    },
  };
}

/**
 * running ← m running + (1 - m) batch, with m ONNX's `momentum` (PyTorch's is 1 - m); the variance enters unbiased,
 * times n / (n - 1), as in PyTorch. n is the number of entries a channel has in the batch.
 */
function moveStatistics(
  e: Expressions,
  node: GraphNode,
  { momentum, mode }: { momentum: number; mode: TrainingMode },
): [string, string][] {
  const [, , , mean, variance] = node.inputs as [string, string, string, string, string];
  const dims = mode.known.dimsOf(node.outputs[0]!);
  const count = sizeOf(dims) / dims[1]!;
  const move = (running: string, batch: string, factor: number): [string, string] => [
    running,
    e.add(e.mul(running, momentum), e.mul(batch, (1 - momentum) * factor)),
  ];
  return [
    move(mean, node.outputs[1]!, 1),
    move(variance, node.outputs[2]!, count > 1 ? count / (count - 1) : 1),
  ];
}
