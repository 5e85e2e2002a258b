import { randomLayers } from "../classifiers/network/layers.ts";
import { matrixTensor } from "../classifiers/state.ts";
import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { type Tensor, asFloat32, floatTensor, sizeOf } from "../graph/tensor.ts";
import { appendPowerNormalise } from "./power-normalise.ts";

/** New fully connected layers behind a network's features: the hidden sizes, then one logit a class. */
export interface HeadShape {
  /** D */
  readonly dimensions: number;
  /** Outputs of the layers before the last: [] for a linear head, [4096, 4096] for AlexNet's own. */
  readonly hidden: readonly number[];
  readonly classCount: number;
  /** Share of inputs dropped before every layer while training, in [0, 1). */
  readonly dropout: number;
  /** Whether the features pass `powerNormalise` first, as a linear classifier wants them; default false. */
  readonly isNormalised?: boolean;
}

/** Weights by their names in the head's graph: `head.0.weight` [out, in], `head.0.bias` [out], ... */
export type HeadWeights = ReadonlyMap<string, Tensor>;

/**
 * The head as a graph: `features` [N, D] -> `logits` [N, K]. Hidden layers end in a ReLU.
 * Dropout nodes act in training alone.
 */
export function headGraph(
  { dimensions, hidden, classCount, dropout, isNormalised = false }: HeadShape,
  weights: HeadWeights,
): Graph {
  const b = createBuilder("head", "head/");
  const features = b.input("features", "float32", ["N", dimensions]);
  const x = isNormalised ? appendPowerNormalise(b, features, dimensions) : features;
  const before = hidden.reduce(
    (input, _, i) => b.op("Relu", [appendLayer(b, input, { i, weights, dropout })]),
    x,
  );
  b.output(appendLayer(b, before, { i: hidden.length, weights, dropout }), "logits", "float32", [
    "N",
    classCount,
  ]);
  return b.graph();
}

function appendLayer(
  b: GraphBuilder,
  x: string,
  { i, weights, dropout }: { i: number; weights: HeadWeights; dropout: number },
): string {
  const parameter = (name: string): string =>
    b.constant(weights.get(`head.${i}.${name}`)!, `head.${i}.${name}`);
  const input = dropout > 0 ? b.op("Dropout", [x, b.scalar(dropout)]) : x;
  return b.op("Gemm", [input, parameter("weight"), parameter("bias")], { transB: 1 });
}

/**
 * A trained head in two, so that a delivered model's features are what its last layer is given: the hidden layers, `body` [N, D]
 * -> `features` [N, H], which go with the network, and the last layer as a head of its own, calibrated; `hidden` is null where
 * there are none.
 */
export function partHead(
  shape: HeadShape,
  trained: Graph,
  temperature: number,
): { hidden: Graph | null; last: Graph } {
  const { hidden, dimensions, isNormalised = false } = shape;
  if (hidden.length === 0) return { hidden: null, last: calibratedHead(shape, trained, temperature) };
  const weights = trained.initializers;
  const b = createBuilder("hidden");
  const body = b.input("body", "float32", ["N", dimensions]);
  const x = isNormalised ? appendPowerNormalise(b, body, dimensions) : body;
  const features = hidden.reduce(
    (input, _, i) => b.op("Relu", [appendLayer(b, input, { i, weights, dropout: 0 })]),
    x,
  );
  const width = hidden.at(-1)!;
  b.output(features, "features", "float32", ["N", width]);
  const own = (name: string): [string, Tensor] => [
    `head.0.${name}`,
    weights.get(`head.${hidden.length}.${name}`)!,
  ];
  const lastLayer = { ...trained, initializers: new Map([own("weight"), own("bias")]) };
  const lastShape = { ...shape, dimensions: width, hidden: [], isNormalised: false };
  return { hidden: b.graph(), last: calibratedHead(lastShape, lastLayer, temperature) };
}

/** Weights to begin with (see `randomLayers`). */
export function randomHead({ dimensions, hidden, classCount }: HeadShape, seed: number): Map<string, Tensor> {
  const layers = randomLayers([dimensions, ...hidden, classCount], seed, "head.");
  return new Map(
    layers.flatMap(({ weights, bias }, i): [string, Tensor][] => [
      [`head.${i}.weight`, matrixTensor(weights)],
      [`head.${i}.bias`, floatTensor([bias.length], bias)],
    ]),
  );
}

/** The head of a trained graph, its logits divided by a temperature: the last layer's weights are, and nothing is added. */
export function calibratedHead(shape: HeadShape, trained: Graph, temperature: number): Graph {
  const last = `head.${shape.hidden.length}.`;
  const own = [...trained.initializers].filter(([name]) => name.startsWith("head."));
  const cooled = own.map(([name, tensor]): [string, Tensor] => [
    name,
    name.startsWith(last) ? divide(tensor, temperature) : tensor,
  ]);
  return headGraph({ ...shape, dropout: 0 }, new Map(cooled));
}

function divide(tensor: Tensor, by: number): Tensor {
  const values = new Float32Array(sizeOf(tensor.dims));
  asFloat32(tensor).forEach((value, i) => (values[i] = value / by));
  return floatTensor(tensor.dims, values);
}
