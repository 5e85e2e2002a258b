import { createRandom } from "../base/random.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { replaceInitializers } from "../graph/edit/replace-initializers.ts";
import { type Tensor, floatTensor, sizeOf } from "../graph/tensor.ts";

/**
 * The same network as if it had never been trained: convolutions and fully connected layers N(0, 2 / fan-in), their
 * biases 0, batch normalisation at scale 1, offset 0, mean 0, variance 1. Each tensor has its own stream of the seed.
 * Source: He et al. 2015, arXiv:1502.01852.
 */
export function randomWeights(graph: Graph, seed: number): Graph {
  const drawn = graph.nodes.flatMap((node) =>
    node.inputs.flatMap((name, place): [string, Tensor][] => {
      const tensor = graph.initializers.get(name);
      const draw = laws[node.operator]?.[place];
      if (draw === undefined || tensor?.type !== "float32") return [];
      return [[name, draw(tensor.dims, { node, seed, name })]];
    }),
  );
  return replaceInitializers(graph, new Map(drawn));
}

type Draw = (dims: readonly number[], given: { node: GraphNode; seed: number; name: string }) => Tensor;

const filled =
  (value: number): Draw =>
  (dims) =>
    floatTensor(dims, new Float32Array(sizeOf(dims)).fill(value));

/** Fan-in: the inputs of one output, all dimensions but that of the outputs. */
const he: Draw = (dims, { node, seed, name }) => {
  const isOutputsLast =
    node.operator === "MatMul" || (node.operator === "Gemm" && node.attributes["transB"]?.value !== 1);
  const fanIn = sizeOf(dims) / (isOutputsLast ? dims.at(-1)! : dims[0]!);
  const random = createRandom(seed).fork(name);
  const deviation = Math.sqrt(2 / fanIn);
  return floatTensor(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => deviation * random.normal()),
  );
};

/** What each input of an operator starts as, by its place; undefined where it is data. */
const laws: Readonly<Record<string, readonly (Draw | undefined)[]>> = {
  Conv: [undefined, he, filled(0)],
  Gemm: [undefined, he, filled(0)],
  MatMul: [undefined, he],
  BatchNormalization: [undefined, filled(1), filled(0), filled(0), filled(1)],
};
