import { existsSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { createBuilder } from "../build.ts";
import { decodeModel } from "./decode-model.ts";
import { encodeModel } from "./encode-model.ts";
import { createModel } from "../create-model.ts";
import type { Graph } from "../graph.ts";
import { bytesOf, floatTensor, int64List, int64Tensor } from "../tensor.ts";

const weightFiles = ["squeezenet1_1", "mobilenetv2_features", "resnet18_layer3"];

/** A graph with every kind of attribute, a subgraph that reads an outer value, and an absent optional input. */
function variedGraph(): Graph {
  const body: Graph = {
    name: "body",
    inputs: [
      { name: "i", type: "int64", dims: [] },
      { name: "go", type: "bool", dims: [] },
      { name: "carried", type: "float32", dims: ["N", 3] },
    ],
    outputs: [
      { name: "go_on", type: "bool", dims: [] },
      { name: "next", type: "float32", dims: ["N", 3] },
    ],
    initializers: new Map([["two", floatTensor([], [2])]]),
    nodes: [
      { name: "keep", operator: "Identity", domain: "", inputs: ["go"], outputs: ["go_on"], attributes: {} },
      {
        name: "double",
        operator: "Mul",
        domain: "",
        inputs: ["carried", "two"],
        outputs: ["next"],
        attributes: {},
      },
    ],
  };
  const b = createBuilder("varied");
  const x = b.input("x", "float32", ["N", 3]);
  const trips = b.constant(int64Tensor([], [3]), "trips");
  const [looped] = b.ops("Loop", [trips, "", x], 1, { body: { kind: "graph", value: body } });
  const clipped = b.op("Clip", [looped!, "", b.scalar(100)]);
  const sliced = b.op("Slice", [clipped, b.ints([0]), b.constant(int64List([2n ** 63n - 1n])), b.ints([1])]);
  b.output(b.op("LeakyRelu", [sliced], { alpha: 0.25 }), "y", "float32", ["N", 3]);
  return b.graph();
}

test("encodeModel: decodeModel gives back the same value, subgraph and absent inputs included", () => {
  const model = createModel(variedGraph(), [["licence", "MIT ©"]]);
  expect(decodeModel(encodeModel(model))).toEqual(model);
});

test("encodeModel: ONNX Runtime reads it and computes what the graph says", async () => {
  const session = await InferenceSession.create(encodeModel(createModel(variedGraph())));
  const { y } = await session.run({ x: new OrtTensor("float32", [1, -2, 30], [1, 3]) });
  expect([...(y!.data as Float32Array)]).toEqual([8, -4, 100]);
});

test("encodeModel: the ends of int64 pass through attributes and numbers beyond are refused", () => {
  const withInts = (value: readonly number[]) => {
    const b = createBuilder("ints");
    const x = b.input("x", "float32", [1]);
    b.output(b.op("Old", [x], { ends: { kind: "ints", value } }), "y", "float32", [1]);
    return createModel(b.graph());
  };
  const ends = [2 ** 63, -(2 ** 63), -1, 0];
  const { ends: read } = decodeModel(encodeModel(withInts(ends))).graph.nodes[0]!.attributes;
  expect(read).toEqual({ kind: "ints", value: ends });
  expect(() => encodeModel(withInts([2 ** 64]))).toThrow("within int64");
});

test("encodeModel: a model past 2 GiB is refused before memory is taken", () => {
  const b = createBuilder("large");
  const oneGigabyte = {
    type: "uint8",
    dims: [2 ** 30],
    bytes: { byteLength: 2 ** 30 } as Uint8Array,
  } as const;
  const names = ["a", "b", "c"].map((name) => b.constant(oneGigabyte, name));
  b.output(b.op("Concat", names, { axis: 0 }), "y", "uint8", [3 * 2 ** 30]);
  expect(() => encodeModel(createModel(b.graph()))).toThrow("at most 2147483647 bytes");
});

test("decodeModel: weights are views of the file's bytes, not copies", () => {
  const b = createBuilder("views");
  const weights = Float32Array.from({ length: 1000 }, (_, i) => i);
  const x = b.input("x", "float32", [1000]);
  b.output(b.op("Add", [x, b.constant(floatTensor([1000], weights), "w")]), "y", "float32", [1000]);
  const bytes = encodeModel(createModel(b.graph()));
  const tensor = decodeModel(bytes).graph.initializers.get("w")!;
  expect(tensor.bytes.buffer).toBe(bytes.buffer);
  expect(tensor.bytes).toEqual(bytesOf(weights));
});

describe.skipIf(!existsSync("../shared/weights"))("real networks", () => {
  test.each(weightFiles)(
    "%s: decoded and encoded again, ONNX Runtime gives identical outputs",
    async (name) => {
      const original = readFileSync(`../shared/weights/${name}.onnx`);
      const random = createRandom(1);
      const pixels = Float32Array.from({ length: 3 * 224 * 224 }, () => random.next());
      const outputs = [];
      for (const bytes of [original, encodeModel(decodeModel(original))]) {
        const session = await InferenceSession.create(bytes);
        const results = await session.run({
          pixel_values: new OrtTensor("float32", pixels, [1, 3, 224, 224]),
        });
        outputs.push(Object.values(results).map((tensor) => tensor.data));
      }
      expect(outputs[1]).toEqual(outputs[0]);
    },
  );
});
