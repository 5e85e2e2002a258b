import { type Matrix, createMatrix } from "../base/matrix.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { intOf } from "../graph/node-attributes.ts";
import { type Tensor, asFloat32, sizeOf } from "../graph/tensor.ts";

/** The layer that makes the logits of its inputs, before the temperature. Shapes: K x D, K. */
export interface LastLayer {
  readonly weights: Matrix;
  readonly bias: Float32Array;
}

/**
 * The one linear layer at the end of a delivered model's head (`headOf`), undone the division by the temperature behind it, and
 * with the number that its input is multiplied by. Null where the head ends in another way.
 */
export function lastLayerOf(graph: Graph): LastLayer | null {
  const makerOf = (value: string | undefined): GraphNode | undefined =>
    graph.nodes.find(({ outputs }) => outputs.includes(value!));
  let layer = makerOf(graph.outputs[0]?.name);
  if (layer?.operator === "Identity") layer = makerOf(layer.inputs[0]);
  if (layer?.operator === "Div" && numberOf(graph, layer.inputs[1]) !== null)
    layer = makerOf(layer.inputs[0]);
  if (layer?.operator !== "Gemm" || intOf(layer, "transB", 0) !== 1) return null;
  const [weight, bias] = [layer.inputs[1], layer.inputs[2]].map((name) => graph.initializers.get(name!));
  if (weight === undefined || bias === undefined) return null;
  const before = makerOf(layer.inputs[0]);
  const scale = (before?.operator === "Mul" && numberOf(graph, before.inputs[1])) || 1;
  const values = asFloat32(weight).map((value) => value * scale);
  return {
    weights: createMatrix(weight.dims[0]!, weight.dims[1]!, values),
    bias: asFloat32(bias).slice(),
  };
}

/** The single number that a value always is; null where it is none. */
function numberOf({ initializers }: Graph, value: string | undefined): number | null {
  const tensor: Tensor | undefined = initializers.get(value!);
  return tensor !== undefined && sizeOf(tensor.dims) === 1 ? asFloat32(tensor)[0]! : null;
}
