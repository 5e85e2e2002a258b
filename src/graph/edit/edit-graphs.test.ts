import { existsSync, readFileSync } from "node:fs";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { createBuilder } from "../build.ts";
import { cutAt, cutAtAll } from "./cut-graph.ts";
import { decodeModel } from "../onnx/decode-model.ts";
import { encodeModel } from "../onnx/encode-model.ts";
import { createModel } from "../create-model.ts";
import type { Graph } from "../graph.ts";
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from "../half-floats.ts";
import { chainGraphs, joinGraphs } from "./join-graphs.ts";
import { listLayers, trunkEnd } from "../layer-points.ts";
import { renameValues, valueNames } from "./rename-values.ts";
import { replaceInitializers } from "./replace-initializers.ts";
import { floatTensor } from "../tensor.ts";
import { validateModel } from "../onnx/validate-model.ts";

/** y = (x + offset) * factor, with the sum as a value "sum". */
function affine(offset: number, factor: number): Graph {
  const b = createBuilder("affine");
  const x = b.input("x", "float32", ["N", 2]);
  const sum = b.op("Add", [x, b.constant(floatTensor([], [offset]), "offset")], {}, "sum");
  b.output(b.op("Mul", [sum, b.constant(floatTensor([], [factor]), "factor")], {}, "y"), "y", "float32", [
    "N",
    2,
  ]);
  return b.graph();
}

async function run(
  graph: Graph,
  feeds: Record<string, readonly number[]>,
): Promise<Record<string, number[]>> {
  validateModel(createModel(graph));
  const session = await InferenceSession.create(encodeModel(createModel(graph)), { logSeverityLevel: 4 });
  const tensors = Object.entries(feeds).map(([name, values]) => [
    name,
    new OrtTensor("float32", values, [1, 2]),
  ]);
  const results = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

test("cutAt: keeps what the value needs and drops the rest", async () => {
  const { graph } = cutAt(createModel(affine(1, 10)), "sum", { outputName: "features" });
  expect([...graph.initializers.keys()]).toEqual(["offset"]);
  expect(graph.outputs).toEqual([{ name: "features", type: "float32", dims: ["N", 2] }]);
  expect(await run(graph, { x: [1, 2] })).toEqual({ features: [2, 3] });
});

test("cutAtAll: several values, one of them twice and one an input", async () => {
  const points = [
    { value: "sum", outputName: "a" },
    { value: "sum", outputName: "b" },
    { value: "x", outputName: "c" },
    { value: "y" },
  ];
  const { graph } = cutAtAll(createModel(affine(1, 10)), points);
  expect(await run(graph, { x: [1, 2] })).toEqual({ a: [2, 3], b: [2, 3], c: [1, 2], y: [20, 30] });
});

test("cutAt: a value that does not exist is refused with those that do", () => {
  expect(() => cutAt(createModel(affine(1, 10)), "conv9")).toThrow('got "conv9". It has "sum", "y"');
});

test("renameValues: a prefix renames everything but the exceptions, twice one name is refused", () => {
  const renamed = renameValues(affine(1, 10), { prefix: "a/", except: ["x"] });
  expect(new Set(valueNames(renamed))).toEqual(new Set(["x", "a/y", "a/offset", "a/factor", "a/sum"]));
  expect(() => renameValues(affine(1, 10), new Map([["sum", "y"]]))).toThrow("names that are free");
});

test("joinGraphs: parts read a shared input, or one each", async () => {
  const parts = [
    { graph: affine(1, 10), prefix: "a/" },
    { graph: affine(2, 100), prefix: "b/" },
  ];
  const shared = joinGraphs("both", parts, { shared: ["x"] });
  expect(await run(shared, { x: [1, 2] })).toEqual({ "a/y": [20, 30], "b/y": [300, 400] });
  const apart = joinGraphs("both", parts);
  expect(await run(apart, { "a/x": [0, 0], "b/x": [1, 1] })).toEqual({ "a/y": [10, 10], "b/y": [300, 300] });
  expect(() => joinGraphs("both", [parts[0]!, parts[0]!])).toThrow("in more than one");
});

test("chainGraphs: the second reads the first; kept outputs follow", async () => {
  const second = renameValues(affine(5, 2), { prefix: "second/" });
  const chained = chainGraphs(affine(1, 10), second, { "second/x": "y" }, { keep: ["y"] });
  expect(await run(chained, { x: [1, 2] })).toEqual({ "second/y": [50, 70], y: [20, 30] });
  expect(() => chainGraphs(affine(1, 10), affine(5, 2), { x: "y" })).toThrow("differ between the graphs");
  expect(() => chainGraphs(affine(1, 10), second, { "second/x": "z" })).toThrow(
    'no such input or output: "z"',
  );
});

test("chainGraphs: one output may feed several inputs", async () => {
  const b = createBuilder("sum");
  b.output(
    b.op("Add", [b.input("l", "float32", ["N", 2]), b.input("r", "float32", ["N", 2])]),
    "total",
    "float32",
    ["N", 2],
  );
  const chained = chainGraphs(affine(1, 10), b.graph(), { l: "y", r: "y" });
  expect(await run(chained, { x: [1, 2] })).toEqual({ total: [40, 60] });
});

test("chainGraphs: fixed dimensions that disagree are refused", () => {
  const b = createBuilder("wide");
  b.output(b.op("Relu", [b.input("w", "float32", ["N", 3])]), "out", "float32", ["N", 3]);
  expect(() => chainGraphs(affine(1, 10), b.graph(), { w: "y" })).toThrow("float32 [N,3], got float32 [N,2]");
});

test("replaceInitializers: new weights of the same form, everything else refused at once", async () => {
  const changed = replaceInitializers(affine(1, 10), new Map([["factor", floatTensor([], [3])]]));
  expect(await run(changed, { x: [1, 2] })).toEqual({ y: [6, 9] });
  const wrong = new Map([
    ["factor", floatTensor([1], [3])],
    ["nothing", floatTensor([], [3])],
  ]);
  expect(() => replaceInitializers(affine(1, 10), wrong)).toThrow(
    '"factor" is float32 [], got float32 [1]; "nothing"',
  );
});

test("half floats: every one of them comes back from its number, and others round to the nearest, halves to even", () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    if (!Number.isNaN(halfToNumber(bits))) expect(numberToHalf(halfToNumber(bits))).toBe(bits);
    if (!Number.isNaN(bfloatToNumber(bits))) expect(numberToBfloat(bfloatToNumber(bits))).toBe(bits);
  }
  const rounded = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_519, 65_520, 2 ** -25, 2 ** -24 * 1.5, -1e9].map(
    (value) => halfToNumber(numberToHalf(value)),
  );
  expect(rounded).toEqual([1, 1 + 2 ** -9, 65_504, Infinity, 0, 2 ** -23, -Infinity]);
  expect(
    [numberToHalf(NaN), numberToBfloat(NaN)].map((bits, i) => (i ? bfloatToNumber : halfToNumber)(bits)),
  ).toEqual([NaN, NaN]);
  expect([1 + 2 ** -8, 1 + 3 * 2 ** -8].map((value) => bfloatToNumber(numberToBfloat(value)))).toEqual([
    1,
    1 + 2 ** -6,
  ]);
});

describe.skipIf(!existsSync("../shared/weights"))("real networks", () => {
  const read = (name: string) => decodeModel(readFileSync(`../shared/weights/${name}.onnx`));

  test("listLayers: ResNet-18's trunk ends at layer3's last addition", () => {
    const layers = listLayers(read("resnet18_layer3"));
    expect(layers[0]).toMatchObject({ name: "conv1", shape: [64, 112, 112] });
    expect(layers[1]).toMatchObject({ name: "pool1", shape: [64, 56, 56] });
    expect(trunkEnd(layers)).toMatchObject({ name: "add6", shape: [256, 14, 14], operator: "Add" });
  });

  test("listLayers: SqueezeNet's names are unique and its values exist", () => {
    const model = read("squeezenet1_1");
    const layers = listLayers(model);
    expect(new Set(layers.map(({ name }) => name)).size).toBe(layers.length);
    expect(layers.findLast(({ operator }) => operator === "Concat")).toMatchObject({
      shape: [512, 13, 13],
    });
    cutAtAll(
      model,
      layers.map(({ value }) => ({ value })),
    );
  });
});
