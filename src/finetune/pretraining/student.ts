import type { Architecture } from "../../backbones/architectures/architecture.ts";
import { initialise } from "../../backbones/architectures/initialise.ts";
import { buildArchitecture } from "../../backbones/architectures/registry.ts";
import { createRandom } from "../../base/random.ts";
import { type GraphBuilder, createBuilder } from "../../graph/build.ts";
import type { Graph, GraphNode } from "../../graph/graph.ts";
import { type Tensor, floatTensor } from "../../graph/tensor.ts";

/** The network that is pretrained, for photos of one size; parameters have the same names and shapes at every size. */
export interface Student {
  readonly architecture: Architecture;
  /** Pixels -> `logits`, and `hint` where there is a teacher: as it is trained, Dropout nodes and all. */
  readonly training: Graph;
  /** Pixels -> `logits`. */
  readonly inference: Graph;
}

/** What a student is made from. */
export interface StudentOptions {
  readonly architecture: string;
  /** Factor on the number of channels. */
  readonly width: number;
  readonly classes: number;
  /** Width and height of its photos. */
  readonly side: number;
  readonly seed: number;
  /** Numbers a photo of the teacher's features; null without a teacher. */
  readonly hintWidth: number | null;
}

/** The output that is held against the teacher's features. */
export const hintOutput = "hint";

/** An architecture with random weights, decided by the seed alone. */
export function createStudent({
  architecture: name,
  width,
  classes,
  side,
  seed,
  hintWidth,
}: StudentOptions): Student {
  const architecture = buildArchitecture(name, { width, classes, size: side });
  const { graph: inference } = initialise(architecture, seed);
  const dropping = withDropout(inference, architecture.dropouts);
  const training = hintWidth === null ? dropping : withHint(dropping, architecture, { hintWidth, seed });
  return { architecture, training, inference };
}

/** A Dropout node behind each value that training drops from. */
function withDropout(graph: Graph, dropouts: Architecture["dropouts"]): Graph {
  const b = createBuilder("dropout", "dropout/");
  const behind = new Map(
    dropouts.map(({ value, rate }) => [
      value,
      b.op("Dropout", [value, b.scalar(rate)], {}, `${value}/dropped`),
    ]),
  );
  const { nodes, initializers } = b.graph();
  const read = (node: GraphNode): GraphNode => ({
    ...node,
    inputs: node.inputs.map((name) => behind.get(name) ?? name),
  });
  return {
    ...graph,
    initializers: new Map([...graph.initializers, ...initializers]),
    nodes: graph.nodes.flatMap((node) => [
      read(node),
      ...nodes.filter(({ inputs }) => node.outputs.includes(inputs[0]!)),
    ]),
  };
}

/** A linear map of the trunk's means and maxima to as many numbers as the teacher's features have: FitNets' regressor. */
function withHint(
  graph: Graph,
  { card }: Architecture,
  { hintWidth, seed }: { hintWidth: number; seed: number },
): Graph {
  const trunk = card.layers.find(({ name }) => name === card.defaultLayer)!;
  const [channels, height, width] = trunk.shape as [number, number, number];
  const b = createBuilder("hint", "hint/");
  const means = b.op("Flatten", [b.op("GlobalAveragePool", [trunk.value])]);
  const maxima = b.op("Flatten", [b.op("MaxPool", [trunk.value], { kernel_shape: [height, width] })]);
  const weight = b.constant(drawWeight([hintWidth, 2 * channels], seed), "hint.weight");
  const bias = b.constant(floatTensor([hintWidth], new Float32Array(hintWidth)), "hint.bias");
  appendGemm(b, [b.op("Concat", [means, maxima], { axis: 1 }), weight, bias]);
  const { nodes, initializers } = b.graph();
  return {
    ...graph,
    initializers: new Map([...graph.initializers, ...initializers]),
    nodes: [...graph.nodes, ...nodes],
    outputs: [...graph.outputs, { name: hintOutput, type: "float32", dims: ["N", hintWidth] }],
  };
}

function appendGemm(b: GraphBuilder, inputs: readonly string[]): void {
  b.op("Gemm", inputs, { transB: 1 }, hintOutput);
}

/** N(0, 1 / fan-in): what it maps to is standardised. */
function drawWeight(dims: readonly [number, number], seed: number): Tensor {
  const random = createRandom(seed).fork("hint.weight");
  const deviation = Math.sqrt(1 / dims[1]);
  return floatTensor(
    dims,
    Float32Array.from({ length: dims[0] * dims[1] }, () => deviation * random.normal()),
  );
}
