import { existsSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type AttributeValue, type GraphBuilder, createBuilder } from "../build.ts";
import { decodeModel } from "./decode-model.ts";
import { encodeModel } from "./encode-model.ts";
import { createModel } from "../create-model.ts";
import type { Model } from "../graph.ts";
import { asFloat32, floatTensor, sizeOf, tensorOfNumbers } from "../tensor.ts";
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

interface Output {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** To what another order of the same float32 operations may lose. */
function expectSame(after: Output, before: Output): void {
  expect(after.dims).toEqual(before.dims);
  after.data.forEach((value, i) => expect(Math.abs(value - before.data[i]!)).toBeLessThan(1e-6));
}

async function outputOf(model: Model): Promise<Output> {
  const session = await InferenceSession.create(encodeModel(model), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const x = Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i));
  const result = Object.values(await session.run({ x: new OrtTensor("float32", x, dims) }))[0]!;
  return { dims: result.dims, data: Array.from(result.data as Float32Array, Number) };
}

const op =
  (name: string, attributes: Record<string, AttributeValue>): Make =>
  (b, x) =>
    b.op(name, [x], attributes);
const vector = (b: GraphBuilder, value: number): string => b.constant(floatTensor([4], [value, 1, value, 2]));

/** A window whose last place hangs over the edge. */
const ceiled = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 0, 0], ceil_mode: 1 };

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
  ["Resize, nearest, shrinking", 10, (b, x) => b.op("Resize", [x, b.floats([1, 1, 0.4, 0.7])])],
  ["Resize, nearest, enlarging", 10, (b, x) => b.op("Resize", [x, b.floats([1, 1, 1.3, 2.4])])],
  [
    "Resize, nearest, by computed scales",
    10,
    (b, x) => b.op("Resize", [x, b.op("Mul", [b.floats([1, 1, 0.7, 1.7]), b.floats([1, 1, 0.8, 0.9])])]),
  ],
  [
    "Resize, linear, shrinking",
    10,
    (b, x) => b.op("Resize", [x, b.floats([1, 1, 0.5, 1.7])], { mode: "linear" }),
  ],
  ["Upsample by an attribute", 7, op("Upsample", { scales: { kind: "floats", value: [1, 1, 2, 3] } })],
  ["Upsample", 9, (b, x) => b.op("Upsample", [x, b.floats([1, 1, 2.5, 2])])],
  ["Upsample, linear", 9, (b, x) => b.op("Upsample", [x, b.floats([1, 1, 2, 2])], { mode: "linear" })],
  ["AveragePool, ceiled, padding counted", 11, op("AveragePool", { ...ceiled, count_include_pad: 1 })],
  ["AveragePool, ceiled", 10, op("AveragePool", ceiled)],
  ["MaxPool, ceiled", 10, op("MaxPool", ceiled)],
  ["LpPool", 11, op("LpPool", { kernel_shape: [2, 2] })],
];

const sampled =
  (mode: string): Make =>
  (b, x) =>
    b.op("GridSample", [x, grid(b)], { mode });

/** What changed its form after 19. */
const youngCases: typeof cases = [
  ["GridSample, bilinear", 16, sampled("bilinear")],
  ["GridSample, bicubic", 18, sampled("bicubic")],
  ["GridSample, nearest", 19, sampled("nearest")],
  [
    "GroupNormalization",
    18,
    (b, x) =>
      b.op("GroupNormalization", [x, b.floats([1, 2]), b.floats([0.5, -1])], {
        num_groups: 2,
        epsilon: 0.01,
      }),
  ],
  ["DFT", 17, (b, x) => b.op("DFT", [b.op("Unsqueeze", [x, b.ints([4])])])],
  ["DFT along the last axis", 19, (b, x) => b.op("DFT", [b.op("Unsqueeze", [x, b.ints([4])])], { axis: 3 })],
  ["AveragePool, ceiled, of opset 22", 22, op("AveragePool", { ...ceiled, count_include_pad: 1 })],
  ["MaxPool, ceiled, of opset 22", 22, op("MaxPool", ceiled)],
];

function grid(b: GraphBuilder): string {
  return b.constant(
    floatTensor(
      [2, 5, 5, 2],
      Float32Array.from({ length: 100 }, (_, i) => Math.cos(3 * i)),
    ),
  );
}

test.each([...cases, ...youngCases])(
  "upgradeOpset: %s of opset %i computes the same in written form, whatever later opset that is labelled with",
  async (_, opset, make) => {
    const old = oldModel(opset, make);
    const before = await outputOf(old);
    const upgraded = upgradeOpset(old);
    expectSame(await outputOf(upgraded), before);
    for (const later of [20, 21, 22, 23, 24, 25, 26].filter((label) => label > upgraded.opsets.get("")!))
      expectSame(await outputOf({ ...upgraded, opsets: new Map([["", later]]) }), before);
  },
);

test.each([
  ["Relu", 24, 19],
  ["Gelu", 22, 20],
  ["GridSample", 16, 20],
  ["GroupNormalization", 21, 21],
  ["Swish", 24, 24],
])(
  "upgradeOpset: %s of opset %i is written in opset %i, the lowest that has its form",
  (name, from, needed) => {
    const upgraded = upgradeOpset(oldModel(from, op(name, {})));
    expect(upgraded.opsets.get("")).toBe(needed);
    expect(upgraded.irVersion).toBe({ 19: 9, 20: 9, 21: 10, 24: 12 }[needed]);
  },
);

test("upgradeOpset: a young operator inside a branch counts too", () => {
  const body = (name: string): AttributeValue => {
    const b = createBuilder(name);
    b.output(b.op("Gelu", ["x"], {}, `${name}/gelu`), `${name}/y`, "float32", undefined);
    return { kind: "graph", value: b.graph() };
  };
  const branches = oldModel(22, (b, x) => {
    const yes = b.constant(tensorOfNumbers("bool", [], [1]));
    return b.op("If", [b.op("Identity", [yes]), x].slice(0, 1), {
      then_branch: body("a"),
      else_branch: body("b"),
    });
  });
  expect(upgradeOpset(branches).opsets.get("")).toBe(20);
});

test("upgradeOpset: Dropout keeps its ratio", () => {
  const { graph } = upgradeOpset(oldModel(7, op("Dropout", { ratio: { kind: "float", value: 0.125 } })));
  expect(asFloat32(graph.initializers.get(graph.nodes[0]!.inputs[1]!)!)).toEqual(Float32Array.of(0.125));
});

test("upgradeOpset: the runtime's own operators keep their domain, those of others are refused", () => {
  const b = createBuilder("own");
  const node = {
    name: "n",
    operator: "Foo",
    inputs: [b.input("x", "float32", ["N"])],
    outputs: ["y"],
    attributes: {},
  };
  const of = (domain: string): Model => ({
    ...createModel({ ...b.graph(), nodes: [{ ...node, domain }] }),
    opsets: new Map([
      ["", 13],
      [domain, 1],
    ]),
  });
  expect([...upgradeOpset(of("com.microsoft")).opsets]).toEqual([
    ["", 19],
    ["com.microsoft", 1],
  ]);
  expect(() => upgradeOpset(of("my.lab"))).toThrow('got some of "my.lab"');
});

test("upgradeOpset: what cannot be rewritten is listed by node", () => {
  const old = oldModel(8, (b, x) => b.op("Scan", [x], {}, "scan1"));
  expect(() => upgradeOpset(old)).toThrow('rewritten from 8: "scan1 (Scan)"');
});

test("upgradeOpset: an opset that is not read is named, with those that are", () => {
  expect(() => upgradeOpset(oldModel(27, op("Relu", {})))).toThrow("opset: expected 7 to 26, got 27");
});

test("decodeModel: a file of an opset that is not read is told how to be exported", () => {
  const bytes = encodeModel(oldModel(27, op("Relu", {})));
  const hint = expect.stringContaining("opset_version=20") as string;
  expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: "E_ONNX", hint }) as Error);
});

describe.skipIf(!existsSync("../shared/weights"))("real networks", () => {
  test.each(["squeezenet1_1", "mobilenetv2_features", "resnet18_layer3"])(
    "%s: same output in written form",
    async (name) => {
      const model = decodeModel(readFileSync(`../shared/weights/${name}.onnx`));
      const x = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i));
      const outputs = [];
      for (const variant of [model, upgradeOpset(model)]) {
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
