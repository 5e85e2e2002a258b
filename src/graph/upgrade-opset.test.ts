import { existsSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type AttributeValue, type GraphBuilder, createBuilder } from "./build.ts";
import { decodeModel } from "./decode-model.ts";
import { encodeModel } from "./encode-model.ts";
import { type Model, createModel } from "./graph.ts";
import { floatTensor, sizeOf } from "./tensor.ts";
import { upgradeOpset } from "./upgrade-opset.ts";

type Make = (b: GraphBuilder, x: string) => string;

const dims = [2, 4, 6, 6];

function oldModel(opset: number, make: Make): Model {
  const b = createBuilder("old");
  const y = make(b, b.input("x", "float32", dims));
  const graph = b.graph();
  return {
    ...createModel({ ...graph, outputs: [{ name: y, type: "float32", dims: undefined }] }),
    opsets: new Map([["", opset]]),
    irVersion: 4,
  };
}

async function outputOf(model: Model): Promise<{ dims: readonly number[]; data: unknown }> {
  const session = await InferenceSession.create(encodeModel(model), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const x = Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i));
  const result = Object.values(await session.run({ x: new OrtTensor("float32", x, dims) }))[0]!;
  return { dims: result.dims, data: result.data };
}

const op =
  (name: string, attributes: Record<string, AttributeValue>): Make =>
  (b, x) =>
    b.op(name, [x], attributes);
const vector = (b: GraphBuilder, value: number): string => b.constant(floatTensor([4], [value, 1, value, 2]));

const cases: readonly (readonly [string, number, Make])[] = [
  [
    "BatchNormalization",
    7,
    (b, x) => b.op("BatchNormalization", [x, ...[1, 2, 3, 4].map((v) => vector(b, v))], { spatial: 1 }),
  ],
  [
    "BatchNormalization",
    9,
    (b, x) => b.op("BatchNormalization", [x, ...[1, 2, 3, 4].map((v) => vector(b, v))]),
  ],
  ["Slice", 9, op("Slice", { starts: [1, -3], ends: [2 ** 31 - 1, -1], axes: [1, 3] })],
  ["Slice without axes", 9, op("Slice", { starts: [0, 1], ends: [1, 3] })],
  ["TopK", 9, (b, x) => b.ops("TopK", [x], 2, { k: 3, axis: -1 })[0]!],
  ["Clip", 10, op("Clip", { min: { kind: "float", value: -0.5 }, max: { kind: "float", value: 0.25 } })],
  ["Clip with one bound", 7, op("Clip", { min: { kind: "float", value: 0 } })],
  ["Pad", 10, op("Pad", { pads: [0, 0, 1, 2, 0, 0, 0, 1], value: { kind: "float", value: 3 } })],
  ["Pad, reflected", 7, op("Pad", { pads: [0, 0, 1, 2, 0, 0, 0, 1], mode: "reflect" })],
  ["Resize", 10, (b, x) => b.op("Resize", [x, b.floats([1, 1, 1.5, 2])], { mode: "linear" })],
  ["Resize, nearest", 10, (b, x) => b.op("Resize", [x, b.floats([1, 1, 0.5, 1.7])], { mode: "nearest" })],
  ["Dropout", 10, op("Dropout", { ratio: { kind: "float", value: 0.5 } })],
  ["Softmax over the last axis", 11, op("Softmax", { axis: -1 })],
  ["Softmax over the block from axis 1", 12, op("Softmax", {})],
  ["LogSoftmax over the block from axis 2", 9, op("LogSoftmax", { axis: 2 })],
  [
    "Squeeze and Unsqueeze",
    11,
    (b, x) => b.op("Squeeze", [b.op("Unsqueeze", [x], { axes: [0, 2] })], { axes: [2] }),
  ],
  ["ReduceSum", 11, op("ReduceSum", { axes: [2, 3], keepdims: 0 })],
  ["ReduceMean", 13, op("ReduceMean", { axes: [2, 3] })],
  ["ReduceMax over all", 13, op("ReduceMax", {})],
  ["Split, given", 11, (b, x) => b.ops("Split", [x], 2, { axis: 1, split: [1, 3] })[1]!],
  ["Split, even", 13, (b, x) => b.ops("Split", [x], 2, { axis: 1 })[1]!],
];

test.each(cases)(
  "upgradeOpset: %s of opset %i computes the same in opsets 19 and 21",
  async (_, opset, make) => {
    const old = oldModel(opset, make);
    const before = await outputOf(old);
    for (const target of [19, 21]) {
      const upgraded = upgradeOpset(old, target);
      expect(upgraded.opsets.get("")).toBe(target);
      expect(await outputOf(upgraded)).toEqual(before);
    }
  },
);

test("upgradeOpset: what cannot be rewritten is listed by node", () => {
  const old = oldModel(9, (b, x) => b.op("Upsample", [x, b.floats([1, 1, 2, 2])], {}, "up1"));
  expect(() => upgradeOpset(old, 19)).toThrow('rewritten from 9: "up1 (Upsample)"');
});

test("upgradeOpset: it never goes back", () => {
  expect(() => upgradeOpset(oldModel(19, op("Relu", {})), 13)).toThrow(
    "expected a target of 19 to 21, got 13",
  );
});

describe.skipIf(!existsSync("../shared/weights"))("real networks", () => {
  test.each(["squeezenet1_1", "mobilenetv2_features", "resnet18_layer3"])(
    "%s: same output in opset 19",
    async (name) => {
      const model = decodeModel(readFileSync(`../shared/weights/${name}.onnx`));
      const x = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i));
      const outputs = [];
      for (const variant of [model, upgradeOpset(model, 19)]) {
        const session = await InferenceSession.create(encodeModel(variant));
        const [result] = Object.values(
          await session.run({ pixel_values: new OrtTensor("float32", x, [1, 3, 224, 224]) }),
        );
        outputs.push(result!.data);
      }
      expect(outputs[1]).toEqual(outputs[0]);
    },
  );
});
