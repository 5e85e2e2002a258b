import { expect, test } from "vitest";
import { evaluate } from "../../test/autodiff/evaluator.ts";
import { fill } from "../../test/autodiff/evaluator-values.ts";
import { createRandom } from "../base/random.ts";
import { hashBytes } from "../files/hash-file.ts";
import type { Graph } from "../graph/graph.ts";
import { asFloat32 } from "../graph/tensor.ts";
import { type HeadShape, calibratedHead, headGraph, partHead, randomHead } from "./head.ts";

const shape: HeadShape = { dimensions: 30, hidden: [20, 10], classCount: 4, dropout: 0.5 };

function logitsOf(graph: Graph, seed = 1): Float64Array {
  const random = createRandom(seed);
  const features = fill([3, 30], () => random.normal());
  const logits = evaluate(graph, { features }).get("logits")!;
  expect(logits.dims).toEqual([3, 4]);
  return logits.data;
}

test("randomHead: a weight and a bias for each layer, out x in", () => {
  const dims = [...randomHead(shape, 1)].map(([name, tensor]) => [name, [...tensor.dims]]);
  expect(dims).toEqual([
    ["head.0.weight", [20, 30]],
    ["head.0.bias", [20]],
    ["head.1.weight", [10, 20]],
    ["head.1.bias", [10]],
    ["head.2.weight", [4, 10]],
    ["head.2.bias", [4]],
  ]);
  expect([...randomHead({ ...shape, hidden: [] }, 1).keys()]).toEqual(["head.0.weight", "head.0.bias"]);
});

test("randomHead: decided by the seed, at He's deviation in hidden layers and 0.01 in the last", () => {
  const wide = { ...shape, dimensions: 400, hidden: [100], classCount: 50 };
  const [one, same, other] = [1, 1, 2].map((seed) => randomHead(wide, seed));
  const hashes = (weights: typeof one): string[] =>
    [...weights!.values()].map(({ bytes }) => hashBytes(bytes));
  expect(hashes(same)).toEqual(hashes(one));
  expect(hashes(other)[0]).not.toBe(hashes(one)[0]);
  const deviation = (name: string): number => {
    const values = asFloat32(one!.get(name)!);
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  };
  expect(deviation("head.0.weight") / Math.sqrt(2 / 400)).toBeCloseTo(1, 1);
  expect(deviation("head.1.weight") / 0.01).toBeCloseTo(1, 1);
  expect(deviation("head.0.bias") + deviation("head.1.bias")).toBe(0);
});

test("headGraph: dropout before every layer, a ReLU behind every hidden one", () => {
  const { nodes } = headGraph(shape, randomHead(shape, 1));
  const layer = ["Dropout", "Gemm", "Relu"];
  expect(nodes.map(({ operator }) => operator)).toEqual([...layer, ...layer, "Dropout", "Gemm", "Identity"]);
});

test("calibratedHead: the logits of the trained head divided by the temperature, without dropout", () => {
  const trained = headGraph(shape, randomHead(shape, 1));
  const cooled = calibratedHead(shape, trained, 2.5);
  expect(cooled.nodes.some(({ operator }) => operator === "Dropout")).toBe(false);
  const [before, after] = [logitsOf(trained), logitsOf(cooled)];
  for (const [i, logit] of before.entries()) expect(after[i]! * 2.5).toBeCloseTo(logit, 6);
});

test("partHead: hidden layers and last layer, one after the other, are the calibrated head", () => {
  const trained = headGraph(shape, randomHead(shape, 1));
  const { hidden, last } = partHead(shape, trained, 2.5);
  const random = createRandom(1);
  const body = fill([3, 30], () => random.normal());
  const features = evaluate(hidden!, { body }).get("features")!;
  expect(features.dims).toEqual([3, 10]);
  const logits = evaluate(last, { features }).get("logits")!.data;
  const expected = logitsOf(calibratedHead(shape, trained, 2.5));
  for (const [i, logit] of expected.entries()) expect(logits[i]).toBeCloseTo(logit, 6);
  const linear = { ...shape, hidden: [] };
  expect(partHead(linear, headGraph(linear, randomHead(linear, 1)), 1).hidden).toBeNull();
});
