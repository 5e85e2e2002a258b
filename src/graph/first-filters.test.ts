import { expect, test } from "vitest";
import { createBuilder } from "./build.ts";
import { firstFilters } from "./first-filters.ts";
import { createModel } from "./create-model.ts";
import { chainGraphs, joinGraphs } from "./edit/join-graphs.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { preprocessingGraph } from "./preprocessing-graph.ts";
import { floatTensor } from "./tensor.ts";

const weights = Float32Array.from({ length: 2 * 3 }, (_, i) => i);

function network(): ReturnType<ReturnType<typeof createBuilder>["graph"]> {
  const b = createBuilder("network");
  const pixels = b.input("pixels", "float32", ["N", 3, 8, 8]);
  const first = b.op("Conv", [pixels, b.constant(floatTensor([2, 3, 1, 1], weights), "conv1")]);
  const second = b.op("Conv", [
    b.op("Relu", [first]),
    b.constant(floatTensor([2, 2, 1, 1], new Float32Array(4)), "conv2"),
  ]);
  b.output(second, "map", "float32", ["N", 2, 8, 8]);
  return b.graph();
}

const bgr: Preprocessing = {
  width: 8,
  height: 8,
  resize: { kind: "exact" },
  crop: "none",
  interpolation: "bilinear",
  colour: "bgr",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

test("firstFilters: the convolution with none before it, not the one behind", () => {
  expect(firstFilters(createModel(network()))).toEqual([
    { name: "conv1", dims: [2, 3, 1, 1], values: weights, isReversed: false },
  ]);
});

test("firstFilters: a mix of colours is passed over where a wider convolution follows", () => {
  const b = createBuilder("network");
  const pixels = b.input("pixels", "float32", ["N", 3, 8, 8]);
  const mix = b.op("Conv", [pixels, b.constant(floatTensor([1, 3, 1, 1], Float32Array.of(1, 1, 1)), "grey")]);
  const edge = b.constant(floatTensor([1, 1, 3, 3], new Float32Array(9)), "edge");
  b.output(b.op("Conv", [mix, edge]), "map", "float32", ["N", 1, 6, 6]);
  expect(firstFilters(createModel(b.graph())).map(({ name }) => name)).toEqual(["edge"]);
});

test("firstFilters: preprocessing that turns the colours round is seen", () => {
  const whole = chainGraphs(preprocessingGraph(bgr), network(), { pixels: "pixel_values" });
  expect(firstFilters(createModel(whole)).map(({ isReversed }) => isReversed)).toEqual([true]);
});

test("firstFilters: two networks side by side have two; one without convolutions none", () => {
  const parts = ["a/", "b/"].map((prefix) => ({ graph: network(), prefix }));
  const joined = joinGraphs("joined", parts, { shared: ["pixels"] });
  expect(firstFilters(createModel(joined)).map(({ name }) => name)).toEqual(["a/conv1", "b/conv1"]);
  const b = createBuilder("plain");
  b.output(b.op("Relu", [b.input("x", "float32", ["N", 3])]), "y", "float32", ["N", 3]);
  expect(firstFilters(createModel(b.graph()))).toEqual([]);
});
