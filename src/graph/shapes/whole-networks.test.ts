import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createModel } from "../create-model.ts";
import type { Attribute, Graph } from "../graph.ts";
import { inferShapes } from "./infer-shapes.ts";
import { listLayers, trunkEnd } from "../layer-points.ts";
import { type ElementType, type Tensor, elementTypes, sizeOf, tensorOfNumbers } from "../tensor.ts";

/** What make_shapes.py wrote of a network: everything but its weights. */
interface StoredNetwork {
  readonly name: string;
  readonly initializers: Readonly<Record<string, StoredTensor>>;
  readonly nodes: readonly {
    readonly operator: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes: Readonly<Record<string, { kind: string; value: unknown }>>;
  }[];
  readonly shapes: Readonly<Record<string, readonly (number | string)[]>>;
}
interface StoredTensor {
  readonly type: number;
  readonly dims: readonly number[];
  readonly values?: readonly number[];
}

const { networks } = JSON.parse(readFileSync("test/reference/shapes/shapes.json", "utf8")) as {
  networks: readonly StoredNetwork[];
};

/** Weights are zeros over one shared buffer: only their shapes matter here. */
const zeros = new Uint8Array(512 * 2 ** 20);

function tensorFrom({ type: number, dims, values }: StoredTensor): Tensor {
  const type = Object.entries(elementTypes).find(([, { onnx }]) => onnx === number)![0] as ElementType;
  if (values !== undefined) return tensorOfNumbers(type, dims, values);
  return { type, dims, bytes: zeros.subarray(0, sizeOf(dims) * elementTypes[type].sizeBytes) };
}

function graphFrom(network: StoredNetwork): Graph {
  const toAttribute = ({ kind, value }: { kind: string; value: unknown }): Attribute =>
    kind === "tensor" ? { kind, value: tensorFrom(value as StoredTensor) } : ({ kind, value } as Attribute);
  const entriesOf = <T, U>(record: Readonly<Record<string, T>>, change: (item: T) => U): [string, U][] =>
    Object.entries(record).map(([key, item]) => [key, change(item)]);
  return {
    name: network.name,
    inputs: [{ name: "x", type: "float32", dims: ["N", 3, 224, 224] }],
    outputs: [{ name: "logits", type: "float32", dims: ["N", 1000] }],
    initializers: new Map(entriesOf(network.initializers, tensorFrom)),
    nodes: network.nodes.map((node) => ({
      ...node,
      name: node.outputs[0]!,
      domain: "",
      attributes: Object.fromEntries(entriesOf(node.attributes, toAttribute)),
    })),
  };
}

test.each(networks)("inferShapes agrees with onnx.shape_inference on every value of $name", (network) => {
  const types = inferShapes(graphFrom(network), { opset: 17 });
  const expected = Object.entries(network.shapes);
  expect(expected.length).toBeGreaterThan(15);
  expect(expected.map(([name]) => [name, types.get(name)?.dims])).toEqual(expected);
});

test.each([
  ["alexnet", "pool5b", [256, 6, 6]],
  ["vgg11", "pool8b", [512, 7, 7]],
  ["squeezenet1_0", "conv26", [1000, 13, 13]],
  ["googlenet", "concat9", [1024, 7, 7]],
  ["resnet18", "add8", [512, 7, 7]],
  ["mobilenet_v2", "conv52", [1280, 7, 7]],
  ["efficientnet_b0", "conv81", [1280, 7, 7]],
])("listLayers: the trunk of %s ends at %s", (name, layer, shape) => {
  const layers = listLayers(createModel(graphFrom(networks.find((network) => network.name === name)!)));
  expect(new Set(layers.map((point) => point.name)).size).toBe(layers.length);
  expect(trunkEnd(layers)).toMatchObject({ name: layer, shape });
});
