import { expect, test } from "vitest";
import { type GraphBuilder, createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { floatTensor, int64List, sizeOf } from "../graph/tensor.ts";
import { trainableParameters } from "./trainable-parameters.ts";

function tensor(b: GraphBuilder, name: string, dims: readonly number[], value = 0.5): string {
  return b.constant(floatTensor(dims, new Float32Array(sizeOf(dims)).fill(value)), name);
}

function graphOf(make: (b: GraphBuilder, x: string) => string): Graph {
  const b = createBuilder("weights");
  const x = b.input("x", "float32", ["N", 3, 8, 8]);
  b.output(make(b, b.op("Conv", [x, tensor(b, "conv", [4, 3, 1, 1])])), "y", "float32", undefined);
  return b.graph();
}

/** What is found beside the convolution that all of them begin with. */
function foundIn(make: (b: GraphBuilder, x: string) => string): string[] {
  return trainableParameters(graphOf(make)).filter((name) => name !== "conv");
}

test("trainableParameters: operands of convolutions, products and normalisations, one number or many", () => {
  const found = foundIn((b, x) => {
    const one = b.op("Conv", [x, tensor(b, "w", [1, 4, 1, 1]), tensor(b, "wb", [1])]);
    const back = b.op("ConvTranspose", [one, tensor(b, "t", [1, 1, 1, 1])]);
    const normal = b.op("BatchNormalization", [
      back,
      ...["g", "b", "m", "v"].map((name) => tensor(b, name, [1])),
    ]);
    const rows = b.op("LayerNormalization", [
      b.op("Flatten", [normal]),
      tensor(b, "lg", [64]),
      tensor(b, "lb", [64]),
    ]);
    const wide = b.op("Gemm", [rows, tensor(b, "fc", [64, 5]), tensor(b, "fb", [5])]);
    return b.op("MatMul", [wide, tensor(b, "mm", [5, 2])]);
  });
  expect(found).toEqual(["w", "wb", "t", "g", "b", "lg", "lb", "fc", "fb", "mm"]);
});

test("trainableParameters: biases and scales of formulas, moved about on their way or not", () => {
  const found = foundIn((b, x) => {
    const scaled = b.op("Mul", [x, tensor(b, "gamma", [4, 1, 1])]);
    const turned = b.op("Reshape", [tensor(b, "beta", [4]), b.constant(int64List([1, 4, 1, 1]))]);
    const shifted = b.op("Add", [b.op("Expand", [turned, b.constant(int64List([1, 4, 8, 8]))]), scaled]);
    const flat = b.op("Flatten", [shifted]);
    return b.op("MatMul", [flat, b.op("Transpose", [tensor(b, "fc", [2, 256])])]);
  });
  expect(found).toEqual(["gamma", "beta", "fc"]);
});

test("trainableParameters: constants of formulas are settings, as initializers as they are as nodes", () => {
  const found = foundIn((b, x) => {
    const squared = b.op("Pow", [x, tensor(b, "two", [], 2)]);
    const rooted = b.op("Sqrt", [b.op("Add", [squared, tensor(b, "epsilon", [1], 1e-5)])]);
    const gate = b.op("Clip", [
      b.op("Add", [x, tensor(b, "three", [1, 1, 1, 1], 3)]),
      tensor(b, "low", []),
      tensor(b, "high", []),
    ]);
    const swish = b.op("Div", [b.op("Mul", [x, gate]), tensor(b, "six", [], 6)]);
    const exponents = b.op("Pow", [b.op("Add", [swish, rooted]), tensor(b, "exponents", [4, 1, 1], 2)]);
    return b.op("Mul", [exponents, b.op("Exp", [tensor(b, "logits scale", [4, 1, 1])])]);
  });
  expect(found).toEqual([]);
});

test("trainableParameters: what prepares the pixels is no weight, nor is a table that is looked up", () => {
  const b = createBuilder("prepared");
  const x = b.input("x", "float32", ["N", 3, 8, 8]);
  const centred = b.op("Sub", [x, tensor(b, "mean", [1, 3, 1, 1])]);
  const ready = b.op("Div", [centred, tensor(b, "std", [1, 3, 1, 1])]);
  const map = b.op("Conv", [ready, tensor(b, "w", [4, 3, 1, 1])]);
  const table = b.op("Gather", [tensor(b, "table", [9, 8, 8]), b.ints([1, 2, 3, 4])]);
  b.output(b.op("Add", [map, table]), "y", "float32", undefined);
  expect(trainableParameters(b.graph())).toEqual(["w"]);
});

test("trainableParameters: weights that are computed from parameters are found behind what computes them", () => {
  const found = foundIn((b, x) => {
    const raw = tensor(b, "raw", [2, 4, 1, 1]);
    const mean = b.op("ReduceMean", [raw, b.ints([1, 2, 3])]);
    return b.op("Conv", [x, b.op("Mul", [b.op("Sub", [raw, mean]), tensor(b, "gain", [], 2)])]);
  });
  expect(found).toEqual(["raw"]);
});
