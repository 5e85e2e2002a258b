import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type AttributeValue, type GraphBuilder, createBuilder } from "../build.ts";
import { cutAtAll } from "../edit/cut-graph.ts";
import { decodeModel } from "../onnx/decode-model.ts";
import { encodeModel } from "../onnx/encode-model.ts";
import { createModel } from "../create-model.ts";
import type { Graph } from "../graph.ts";
import { inferShapes } from "./infer-shapes.ts";
import { floatTensor, sizeOf, tensorOfNumbers } from "../tensor.ts";

type Make = (b: GraphBuilder, x: string) => string | readonly string[];

/** A graph of one operator (or a few) on one float input. */
function graphOf(dims: readonly number[], make: Make): Graph {
  const b = createBuilder("case");
  const made = make(b, b.input("x", "float32", dims));
  const outputs = typeof made === "string" ? [made] : made;
  const nodes = b.graph();
  const types = inferShapes({ ...nodes, outputs: [] });
  const declared = outputs.map((name) => ({ name, type: types.get(name)!.type, dims: undefined }));
  return { ...nodes, outputs: declared };
}

/** Type and dims of every output: as inferred, and as ONNX Runtime computes them. */
async function bothWays(
  dims: readonly number[],
  make: Make,
): Promise<{ inferred: unknown; computed: unknown }> {
  const graph = graphOf(dims, make);
  const types = inferShapes(graph);
  const session = await InferenceSession.create(encodeModel(createModel(graph)), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const x = Float32Array.from({ length: sizeOf(dims) }, (_, i) => ((i * 7) % 13) / 13);
  const results = await session.run({ x: new OrtTensor("float32", x, dims) });
  return {
    inferred: graph.outputs.map(({ name }) => types.get(name)),
    computed: graph.outputs.map(({ name }) => ({
      type: results[name]!.type,
      dims: results[name]!.dims,
    })),
  };
}

const zeros = (b: GraphBuilder, ...dims: number[]): string =>
  b.constant(floatTensor(dims, new Float32Array(sizeOf(dims)).fill(0.1)));
const int8 = (b: GraphBuilder): string => b.constant(tensorOfNumbers("int8", [], [1]));
const bytes = (b: GraphBuilder, ...dims: number[]): string =>
  b.constant(tensorOfNumbers("uint8", dims, Array<number>(sizeOf(dims)).fill(3)));
const op =
  (name: string, attributes: Record<string, AttributeValue> = {}): Make =>
  (b, x) =>
    b.op(name, [x], attributes);
const withInts =
  (name: string, values: readonly number[], attributes: Record<string, AttributeValue> = {}): Make =>
  (b, x) =>
    b.op(name, [x, b.ints(values)], attributes);

const picture = [2, 6, 11, 9];
const cases: readonly (readonly [string, readonly number[], Make])[] = [
  ...[
    "Relu",
    "Erf",
    "Sigmoid",
    "Tanh",
    "Exp",
    "HardSwish",
    "HardSigmoid",
    "Identity",
    "Softmax",
    "LogSoftmax",
  ].map((name) => [name, picture, op(name)] as const),
  ["LeakyRelu", picture, op("LeakyRelu", { alpha: 0.1 })],
  ["LRN", picture, op("LRN", { size: 5 })],
  ["Clip", picture, (b, x) => b.op("Clip", [x, b.scalar(0), b.scalar(6)])],
  ["Dropout with mask", picture, (b, x) => b.ops("Dropout", [x], 2)],
  ["Add, stretched both ways", [3, 1, 5], (b, x) => b.op("Add", [x, zeros(b, 2, 1, 4, 1)])],
  ["Max of three", [3, 1, 5], (b, x) => b.op("Max", [x, zeros(b, 4, 1), zeros(b, 1)])],
  ["Greater", [3, 4], (b, x) => b.op("Greater", [x, b.scalar(0)])],
  ["Where", [3, 1], (b, x) => b.op("Where", [b.op("Greater", [x, b.scalar(0)]), x, zeros(b, 4)])],
  ["Gemm, transposed", [5, 3], (b, x) => b.op("Gemm", [x, zeros(b, 4, 5)], { transA: 1, transB: 1 })],
  ["MatMul, batched", [2, 1, 3, 5], (b, x) => b.op("MatMul", [x, zeros(b, 4, 5, 6)])],
  ["MatMul, vector", [5], (b, x) => b.op("MatMul", [x, zeros(b, 2, 5, 6)])],
  ["GlobalAveragePool", picture, op("GlobalAveragePool")],
  ["GlobalMaxPool", picture, op("GlobalMaxPool")],
  [
    "BatchNormalization",
    picture,
    (b, x) => b.op("BatchNormalization", [x, zeros(b, 6), zeros(b, 6), zeros(b, 6), zeros(b, 6)]),
  ],
  ["LayerNormalization", picture, (b, x) => b.ops("LayerNormalization", [x, zeros(b, 9)], 3, { axis: -1 })],
  ["Concat", picture, (b, x) => b.op("Concat", [x, x, x], { axis: -3 })],
  ["Split, uneven", picture, (b, x) => b.ops("Split", [x], 4, { axis: 2, num_outputs: 4 })],
  ["Split, given", picture, (b, x) => b.ops("Split", [x, b.ints([1, 5])], 2, { axis: 1 })],
  [
    "Slice, negative step and far ends",
    picture,
    (b, x) => b.op("Slice", [x, b.ints([-1, 1]), b.ints([-100, 2 ** 40]), b.ints([2, -1]), b.ints([-2, 3])]),
  ],
  ["Slice, all axes", [4, 5], (b, x) => b.op("Slice", [x, b.ints([1, 1]), b.ints([-1, 9])])],
  ["Flatten", picture, op("Flatten", { axis: 2 })],
  ["Flatten at the end", picture, op("Flatten", { axis: 4 })],
  ["Reshape with 0 and -1", picture, withInts("Reshape", [0, -1, 9])],
  ["Transpose", picture, op("Transpose", { perm: [0, 2, 3, 1] })],
  ["Transpose, reversed", [2, 3, 4], op("Transpose")],
  ["Squeeze", [1, 3, 1], withInts("Squeeze", [-1])],
  ["Squeeze all", [1, 3, 1], op("Squeeze")],
  ["Unsqueeze", [3, 4], withInts("Unsqueeze", [0, -1])],
  ["ReduceMean", picture, withInts("ReduceMean", [2, 3], { keepdims: 0 })],
  ["ReduceSum, all", picture, op("ReduceSum")],
  ["ReduceMax", picture, withInts("ReduceMax", [-1])],
  ["ArgMax", [4, 5], op("ArgMax", { axis: 1, keepdims: 0 })],
  ["Pad", picture, withInts("Pad", [0, 0, 1, 2, 0, 0, 3, -1])],
  ["Pad by axes", picture, (b, x) => b.op("Pad", [x, b.ints([1, 2]), "", b.ints([-1])])],
  ["Resize by scales", picture, (b, x) => b.op("Resize", [x, "", b.floats([1, 1, 1.7, 0.6])])],
  ["Resize by sizes", picture, (b, x) => b.op("Resize", [x, "", "", b.ints([2, 6, 5, 20])])],
  ["Resize by axes", picture, (b, x) => b.op("Resize", [x, "", "", b.ints([5, 20])], { axes: [2, 3] })],
  [
    "Gather",
    picture,
    (b, x) => b.op("Gather", [x, b.constant(tensorOfNumbers("int64", [2, 2], [0, 1, 1, 0]))], { axis: 1 }),
  ],
  ["Shape, part", picture, op("Shape", { start: -2 })],
  ["Cast", picture, op("Cast", { to: 11 })],
  ["Expand", [3, 1], withInts("Expand", [2, 1, 4])],
  ["ConstantOfShape", [3, 1], (b, x) => b.op("ConstantOfShape", [b.op("Shape", [x])])],
  ["Tile", [3, 1], withInts("Tile", [2, 3])],
  ["TopK", [3, 9], (b, x) => b.ops("TopK", [x, b.ints([4])], 2)],
  ["QuantizeLinear", picture, (b, x) => b.op("QuantizeLinear", [x, b.scalar(0.1), int8(b)])],
  [
    "DequantizeLinear",
    picture,
    (b, x) => b.op("DequantizeLinear", [b.op("QuantizeLinear", [x, b.scalar(0.1)]), b.scalar(0.1)]),
  ],
  ["DynamicQuantizeLinear", picture, (b, x) => b.ops("DynamicQuantizeLinear", [x], 3)],
  [
    "ConvInteger",
    picture,
    (b, x) =>
      b.op("ConvInteger", [b.op("QuantizeLinear", [x, b.scalar(0.1)]), bytes(b, 4, 6, 3, 3)], {
        pads: [1, 1, 1, 1],
      }),
  ],
  [
    "MatMulInteger",
    [2, 5],
    (b, x) => b.op("MatMulInteger", [b.op("QuantizeLinear", [x, b.scalar(0.1)]), bytes(b, 5, 3)]),
  ],
  ["IsInf", picture, op("IsInf")],
  ["Sinh", picture, op("Sinh")],
  ["Cast to float16", picture, op("Cast", { to: 10 })],
  ["DepthToSpace", [1, 8, 2, 3], op("DepthToSpace", { blocksize: 2 })],
  [
    "shape arithmetic: flatten by Shape, Gather, Unsqueeze, Concat, Reshape",
    picture,
    (b, x) => {
      const batch = b.op("Gather", [b.op("Shape", [x]), b.constant(tensorOfNumbers("int64", [], [0]))]);
      return b.op("Reshape", [
        x,
        b.op("Concat", [b.op("Unsqueeze", [batch, b.ints([0])]), b.ints([-1])], { axis: 0 }),
      ]);
    },
  ],
];

test.each(cases)("inferShapes agrees with ONNX Runtime: %s", async (_, dims, make) => {
  const { inferred, computed } = await bothWays(dims, make);
  expect(inferred).toEqual(computed);
});

const window = fc.record({
  size: fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })),
  kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pads: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
  autoPad: fc.constantFrom("NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"),
  isCeil: fc.boolean(),
});
type Window = typeof window extends fc.Arbitrary<infer T> ? T : never;

function attributesOf(w: Window): Record<string, AttributeValue> {
  const isSame = w.autoPad.startsWith("SAME");
  return {
    kernel_shape: w.kernel,
    // The runtime's SAME pooling refuses strides beyond the kernel, where the padding would be negative.
    strides: isSame ? w.strides.map((stride, i) => Math.min(stride, w.kernel[i]!)) : w.strides,
    // ONNX Runtime counts no dilation for SAME pooling; networks never combine them.
    dilations: isSame ? [1, 1] : w.dilations,
    auto_pad: w.autoPad,
    ...(w.autoPad === "NOTSET" ? { pads: w.pads.map((pad, i) => Math.min(pad, w.kernel[i % 2]! - 1)) } : {}),
  };
}

/** Where the runtime refuses the window, inference must too; else both give the same dims. */
async function expectAgreement(dims: readonly number[], make: Make): Promise<void> {
  const inferred = await bothWays(dims, make).catch((error: unknown) => error as Error);
  if (inferred instanceof Error) expect(() => graphOf(dims, make)).toThrow(/expected/);
  else expect(inferred.inferred).toEqual(inferred.computed);
}

test("inferShapes agrees with ONNX Runtime on any max and average pooling window", async () => {
  await fc.assert(
    fc.asyncProperty(window, fc.constantFrom("MaxPool", "AveragePool"), async (w, name) => {
      const attributes = { ...attributesOf(w), ceil_mode: Number(w.isCeil && w.autoPad === "NOTSET") };
      await expectAgreement([1, 2, ...w.size], op(name, attributes));
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("inferShapes agrees with ONNX Runtime on any convolution, grouped and transposed ones included", async () => {
  await fc.assert(
    fc.asyncProperty(window, fc.constantFrom(1, 2, 4), fc.boolean(), async (w, group, isTransposed) => {
      const { auto_pad, ...rest } = attributesOf(w);
      const plain = { ...rest, group, ...(isTransposed ? {} : { auto_pad }) } as Record<
        string,
        AttributeValue
      >;
      await expectAgreement([1, 4, ...w.size], (b, x) =>
        isTransposed
          ? b.op("ConvTranspose", [x, zeros(b, 4, 3, ...w.kernel)], plain)
          : b.op("Conv", [x, zeros(b, group * 2, 4 / group, ...w.kernel)], plain),
      );
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("inferShapes: a free batch keeps its name through flatten, arithmetic on it and a classifier", () => {
  const b = createBuilder("free");
  const x = b.input("x", "float32", ["N", 3, 8, 8]);
  const batch = b.op("Slice", [b.op("Shape", [x]), b.ints([0]), b.ints([1])]);
  const flat = b.op("Reshape", [x, b.op("Concat", [batch, b.ints([-1])], { axis: 0 })], {}, "flat");
  b.op("Gemm", [flat, zeros(b, 192, 10)], {}, "logits");
  const types = inferShapes(b.graph());
  expect([types.get("flat")!.dims, types.get("logits")!.dims]).toEqual([
    ["N", 192],
    ["N", 10],
  ]);
});

test("inferShapes: a misfit names the node and what it got", () => {
  const b = createBuilder("misfit");
  const x = b.input("x", "float32", ["N", 3, 8, 8]);
  b.op("Conv", [x, zeros(b, 4, 5, 3, 3)], {}, "conv7");
  expect(() => inferShapes(b.graph())).toThrow(
    'node "conv7" (Conv): expected 5 channels, got 3; its inputs are [N,3,8,8], [4,5,3,3].',
  );
});

test("inferShapes: operators without a rule are all listed, or skipped on request", () => {
  const b = createBuilder("strange");
  const x = b.input("x", "float32", ["N", 3]);
  b.op("Relu", [b.op("Det2", [b.op("Fourier", [x])])], {}, "after");
  expect(() => inferShapes(b.graph())).toThrow(
    expect.objectContaining({
      code: "E_OPERATOR",
      message: expect.stringContaining('got "Fourier", "Det2" in 2 nodes'),
    }),
  );
  expect([...inferShapes(b.graph(), { onUnknown: "skip" }).keys()]).toEqual(["x"]);
});

/** What is inferred of a node whose input 1 holds numbers that follow from data, `count` of them. */
function withComputed(name: string, attributes: Record<string, AttributeValue> = {}, outputs = 1): unknown[] {
  const b = createBuilder("computed");
  const x = b.input("x", "float32", [2, 1, 6]);
  const list = b.input("list", "int64", [2]);
  const made = b.ops(name, [x, list], outputs, attributes);
  const types = inferShapes(b.graph());
  return made.map((value) => types.get(value)?.dims.map((dim) => (typeof dim === "string" ? "?" : dim)));
}

test("inferShapes: what follows from computed axes, sizes and shapes is not known, and nothing is thrown", () => {
  expect(withComputed("Split", { axis: 2 }, 2)).toEqual([
    [2, 1, "?"],
    [2, 1, "?"],
  ]);
  expect(withComputed("Squeeze")).toEqual([["?"]]);
  expect(withComputed("Unsqueeze")).toEqual([["?", "?", "?", "?", "?"]]);
  expect(withComputed("ReduceMean")).toEqual([["?", 1, "?"]]);
  expect(withComputed("ReduceMean", { keepdims: 0 })).toEqual([["?"]]);
  expect(withComputed("Reshape")).toEqual([["?", "?"]]);
  expect(withComputed("Expand")).toEqual([[2, "?", 6]]);
  expect(withComputed("Tile")).toEqual([["?", "?", "?"]]);
});

test("inferShapes: absent is not computed: parts are even, all axes are reduced, every 1 is squeezed", () => {
  const b = createBuilder("absent");
  const x = b.input("x", "float32", [2, 1, 6]);
  const names = [
    b.ops("Split", [x], 2, { axis: 2, num_outputs: 2 })[0]!,
    b.op("ReduceMean", [x], { keepdims: 0 }),
    b.op("Squeeze", [x]),
  ];
  const types = inferShapes(b.graph());
  expect(names.map((name) => types.get(name)!.dims)).toEqual([[2, 1, 3], [], [2, 6]]);
});

test("inferShapes: where not even the rank can be told, a value and what reads it alone are left out", () => {
  const b = createBuilder("ranks");
  const x = b.input("x", "float32", [2, 3]);
  const count = b.input("shape", "int64", ["rank"]);
  const reshaped = b.op("Reshape", [x, count]);
  const behind = b.op("Relu", [reshaped]);
  const beside = b.op("Relu", [x]);
  const names = [...inferShapes(b.graph()).keys()];
  expect(names).toContain(beside);
  expect(names).not.toContain(reshaped);
  expect(names).not.toContain(behind);
});

test("inferShapes: padding along computed axes leaves every side unknown", () => {
  const b = createBuilder("pad");
  const x = b.input("x", "float32", [2, 3]);
  const y = b.op("Pad", [x, b.ints([1, 1]), "", b.input("axes", "int64", [1])]);
  expect(
    inferShapes(b.graph())
      .get(y)!
      .dims.every((dim) => typeof dim === "string"),
  ).toBe(true);
});

describe.skipIf(!existsSync("../shared/weights"))("real networks", () => {
  test.each(["squeezenet1_1", "mobilenetv2_features", "resnet18_layer3"])(
    "%s: every value has the dims that ONNX Runtime computes",
    async (name) => {
      const model = decodeModel(readFileSync(`../shared/weights/${name}.onnx`));
      const dims = [2, 3, 96, 80];
      const values = model.graph.nodes
        .filter(({ operator }) => operator !== "Constant")
        .map((node) => node.outputs[0]!);
      const whole = cutAtAll(
        model,
        values.map((value) => ({ value })),
      );
      const free = {
        ...whole.graph,
        outputs: whole.graph.outputs.map((output) => ({ ...output, dims: undefined })),
      };
      const inputs = free.inputs.map((input) => ({ ...input, dims: ["N", 3, "H", "W"] }));
      const session = await InferenceSession.create(encodeModel({ ...whole, graph: { ...free, inputs } }));
      const results = await session.run({
        pixel_values: new OrtTensor("float32", new Float32Array(sizeOf(dims)), dims),
      });
      const types = inferShapes(model.graph, { inputs: { pixel_values: dims }, opset: model.opsets.get("") });
      expect(values.map((value) => types.get(value)!.dims)).toEqual(
        values.map((value) => results[value]!.dims),
      );
    },
  );
});
