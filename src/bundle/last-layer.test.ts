import { expect, test } from "vitest";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { floatTensor } from "../graph/tensor.ts";
import { lastLayerOf } from "./last-layer.ts";

/** Features, times a number, through a layer, divided by a temperature. */
function head({ operator = "Gemm", transB = 1 } = {}): Graph {
  const b = createBuilder("head");
  const x = b.op("Mul", [b.input("features", "float32", ["N", 3]), b.scalar(2)]);
  const weight = b.constant(floatTensor([2, 3], [1, 2, 3, 4, 5, 6]));
  const inputs = operator === "Gemm" ? [x, weight, b.floats([7, 8])] : [x, weight];
  const y = b.op(operator, inputs, operator === "Gemm" ? { transB } : {});
  b.output(b.op("Div", [y, b.scalar(4)]), "logits", "float32", ["N", 2]);
  return b.graph();
}

test("lastLayerOf: the weights on the features as they come, before the temperature", () => {
  const { weights, bias } = lastLayerOf(head())!;
  expect([...weights.data, ...bias]).toEqual([2, 4, 6, 8, 10, 12, 7, 8]);
  expect([weights.rows, weights.columns]).toEqual([2, 3]);
});

test("lastLayerOf: null where the head ends in no linear layer of that form", () => {
  expect(lastLayerOf(head({ operator: "MatMul" }))).toBeNull();
  expect(lastLayerOf(head({ transB: 0 }))).toBeNull();
});
