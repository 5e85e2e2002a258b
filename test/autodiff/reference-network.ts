import { type GraphBuilder, createBuilder } from "../../src/graph/build.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, floatTensor } from "../../src/graph/tensor.ts";
import { uniform } from "./seeded-values.ts";

/** A layer as test/reference/autodiff/make_networks.py writes it. */
export interface ReferenceLayer {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly weight?: readonly number[];
  readonly bias?: boolean;
  readonly channels?: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly groups?: number;
  readonly kernel?: number;
  readonly ceil?: boolean;
  readonly ratio?: number;
  readonly size?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
}

/** The network as an ONNX graph with its seeded weights, and the names of those that are trained. */
export function referenceNetwork(
  layers: readonly ReferenceLayer[],
  { name, size, classes }: { name: string; size: number; classes: number },
): { graph: Graph; parameters: string[] } {
  const b = createBuilder(name);
  const parameters: string[] = [];
  const draw: Draw = (id, dims, { limit, offset = 0 }) => {
    const tensor = floatTensor(dims, uniform(1000 + parameters.length, dims, limit, offset));
    parameters.push(id);
    return b.constant(tensor, id);
  };
  const values = new Map([["x", b.input("x", "float32", ["N", 3, size, size])]]);
  for (const layer of layers) {
    const inputs = layer.inputs.map((input) => values.get(input)!);
    values.set(layer.name, writers[layer.op]!(b, inputs, { layer, draw }));
  }
  b.output(values.get(layers.at(-1)!.name)!, "logits", "float32", ["N", classes]);
  return { graph: b.graph(), parameters };
}

type Draw = (name: string, dims: readonly number[], range: { limit: number; offset?: number }) => string;
type Writer = (b: GraphBuilder, inputs: string[], given: { layer: ReferenceLayer; draw: Draw }) => string;

const unary =
  (operator: string): Writer =>
  (b, inputs) =>
    b.op(operator, inputs);

const writers: Readonly<Record<string, Writer>> = {
  relu: unary("Relu"),
  flatten: unary("Flatten"),
  add: unary("Add"),
  avgpool: unary("GlobalAveragePool"),
  concat: (b, inputs) => b.op("Concat", inputs, { axis: 1 }),
  relu6: (b, inputs) => b.op("Clip", [...inputs, b.scalar(0), b.scalar(6)]),
  dropout: (b, inputs, { layer }) => b.op("Dropout", [...inputs, b.scalar(layer.ratio!)]),
  lrn: (b, inputs, { layer: { size, alpha, beta, k } }) =>
    b.op("LRN", inputs, { size: size!, alpha: alpha!, beta: beta!, bias: k! }),
  conv: (b, inputs, { layer, draw }) => {
    const pads = Array.from({ length: 4 }, () => layer.pad!);
    const strides = [layer.stride!, layer.stride!];
    return b.op("Conv", [...inputs, ...weights(layer, draw)], { strides, pads, group: layer.groups! });
  },
  linear: (b, inputs, { layer, draw }) => b.op("Gemm", [...inputs, ...weights(layer, draw)], { transB: 1 }),
  maxpool: (b, inputs, { layer: { kernel, stride, pad, ceil } }) =>
    b.op("MaxPool", inputs, {
      kernel_shape: [kernel!, kernel!],
      strides: [stride!, stride!],
      pads: Array.from({ length: 4 }, () => pad!),
      ceil_mode: Number(ceil),
    }),
  norm: (b, inputs, { layer: { name, channels }, draw }) => {
    const statistic = (kind: string, value: number): string =>
      b.constant(constant([channels!], value), `${name}.${kind}`);
    const scale = draw(`${name}.weight`, [channels!], { limit: 0, offset: 1 });
    const bias = draw(`${name}.bias`, [channels!], { limit: 0.1 });
    return b.op("BatchNormalization", [
      ...inputs,
      scale,
      bias,
      statistic("mean", 0),
      statistic("variance", 1),
    ]);
  },
};

/** He's uniform limit √(6 / fan-in) for the weight, 0.1 for the bias. */
function weights({ name, weight, bias = true }: ReferenceLayer, draw: Draw): string[] {
  const fanIn = weight!.slice(1).reduce((a, b) => a * b, 1);
  const drawn = [draw(`${name}.weight`, weight!, { limit: Math.sqrt(6 / fanIn) })];
  return bias ? [...drawn, draw(`${name}.bias`, [weight![0]!], { limit: 0.1 })] : drawn;
}

function constant(dims: readonly number[], value: number): Tensor {
  return floatTensor(dims, new Float32Array(dims[0]!).fill(value));
}
