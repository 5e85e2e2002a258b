import { expect, test } from "vitest";
import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import type { Dimension, Model } from "../graph/graph.ts";
import { floatTensor, int64List, sizeOf } from "../graph/tensor.ts";
import { buildArchitecture } from "./architectures/registry.ts";
import { initialise } from "./architectures/initialise.ts";
import { describeNetwork, imageInputOf } from "./describe-network.ts";

const size = { name: "pixels", width: 8, height: 8 };

function network(
  build: (b: GraphBuilder, pixels: string) => { value: string; dims: readonly Dimension[] },
  dims: readonly Dimension[] = ["N", 3, 8, 8],
): Model {
  const b = createBuilder("network");
  const { value, dims: out } = build(b, b.input("pixels", "float32", dims));
  b.output(value, "out", "float32", out);
  return createModel(b.graph());
}

function weights(b: GraphBuilder, dims: readonly number[]): string {
  return b.constant(floatTensor(dims, new Float32Array(sizeOf(dims)).fill(0.1)));
}

function conv(b: GraphBuilder, x: string, [from, to]: readonly [number, number]): string {
  return b.op("Relu", [b.op("Conv", [x, weights(b, [to, from, 1, 1])])]);
}

test("describeNetwork: inside a shortcut a layer's group is named after the sum where it ends", () => {
  const model = network((b, pixels) => {
    const stem = conv(b, pixels, [3, 4]);
    const pooled = b.op("MaxPool", [stem], { kernel_shape: [2, 2], strides: [2, 2] });
    const sum = b.op("Add", [pooled, conv(b, conv(b, pooled, [4, 4]), [4, 4])]);
    return { value: b.op("Flatten", [b.op("GlobalAveragePool", [sum])]), dims: ["N", 4] };
  });
  const facts = describeNetwork(model, size, "net.onnx");
  expect(facts.layers.map(({ name, group }) => [name, group])).toEqual([
    ["conv1", "conv1"],
    ["pool1", "conv1"],
    ["conv2", "add1"],
    ["conv3", "add1"],
    ["add1", "add1"],
    ["gap1", "add1"],
    ["flatten1", "add1"],
  ]);
  expect(facts).toMatchObject({ defaultLayer: "add1", parameters: 12 + 16 + 16, isTrainable: true });
});

test("describeNetwork: the trunk ends before a map of ImageNet's classes, and with a map that is none", () => {
  const ending = (channels: number): Model =>
    network((b, pixels) => {
      const map = conv(b, conv(b, pixels, [3, 4]), [4, channels]);
      return { value: b.op("Flatten", [b.op("GlobalAveragePool", [map])]), dims: ["N", channels] };
    });
  expect(describeNetwork(ending(1000), size, "").defaultLayer).toBe("conv1");
  expect(describeNetwork(ending(999), size, "").defaultLayer).toBe("conv2");
});

test("describeNetwork: of SqueezeNet's own graph it finds the layers that its card has by hand", () => {
  const { card } = buildArchitecture("squeezenet1_1");
  const model = initialise(buildArchitecture("squeezenet1_1"), 1);
  const input = imageInputOf(model.graph, "");
  const facts = describeNetwork(model, { name: input.name, width: 224, height: 224 }, "");
  const valueOf = ({ layers, defaultLayer }: Pick<typeof card, "layers" | "defaultLayer">): string =>
    layers.find(({ name }) => name === defaultLayer)!.value;
  expect(valueOf(facts)).toBe(valueOf(card));
  expect(facts.parameters).toBe(card.parameters);
  const found = new Map(facts.layers.map(({ value, shape }) => [value, shape]));
  for (const { value, shape } of card.layers) expect(found.get(value), value).toEqual(shape);
});

test("describeNetwork: of a transformer the sums and norms between blocks, the last of them the default", () => {
  const model = network((b, pixels) => {
    const patches = b.op("Conv", [pixels, weights(b, [4, 3, 2, 2])], { strides: [2, 2] });
    const rows = b.op("Reshape", [patches, b.constant(int64List([0, 4, 16]))]);
    const tokens = b.op("Transpose", [rows], { perm: [0, 2, 1] });
    const mixed = b.op("Add", [tokens, b.op("MatMul", [tokens, weights(b, [4, 4])])]);
    return { value: mixed, dims: ["N", 16, 4] };
  });
  const { layers, defaultLayer } = describeNetwork(model, size, "");
  expect(layers.map(({ name, shape }) => [name, shape])).toEqual([
    ["conv1", [4, 4, 4]],
    ["add1", [16, 4]],
  ]);
  expect(defaultLayer).toBe("add1");
});

test("describeNetwork: a network that autodiff has no rule for says so, and can still be described", () => {
  const model = network((b, pixels) => ({
    value: b.op("MaxPool", [b.op("Mish", [conv(b, pixels, [3, 4])])], { kernel_shape: [2, 2] }),
    dims: ["N", 4, 7, 7],
  }));
  const facts = describeNetwork(model, size, "");
  expect(facts.isTrainable).toBe(false);
  expect(facts.untrainable).toContain("Mish");
});

test("imageInputOf: the size that the file fixes, null where it is free", () => {
  const plain = (dims: readonly Dimension[]): Model =>
    network((b, x) => ({ value: conv(b, x, [3, 2]), dims: ["N", 2, 8, 8] }), dims);
  expect(imageInputOf(plain(["N", 3, 8, 6]).graph, "")).toEqual({ name: "pixels", width: 6, height: 8 });
  expect(imageInputOf(plain(["N", 3, "h", "w"]).graph, "")).toEqual({
    name: "pixels",
    width: null,
    height: null,
  });
  expect(() => imageInputOf(plain(["N", 8, 8, 3]).graph, "a.onnx")).toThrow(
    /"a\.onnx": expected one input of pictures.*pixels: float32 \[N,8,8,3\]/,
  );
});
