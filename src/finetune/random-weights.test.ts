import { expect, test } from "vitest";
import { layeredBackbone } from "../../test/fixtures/layered-backbone.ts";
import { createBuilder } from "../graph/build.ts";
import { hashBytes } from "../files/hash-file.ts";
import type { Graph } from "../graph/graph.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { randomWeights } from "./random-weights.ts";
import { restoreBatchNorm } from "./restore-batch-norm.ts";

/** A wide layer of each kind, all weights 9. */
function network(): Graph {
  const b = createBuilder("wide");
  const nines = (name: string, dims: readonly number[]): string =>
    b.constant(floatTensor(dims, new Float32Array(dims.reduce((a, c) => a * c)).fill(9)), name);
  const x = b.input("x", "float32", ["N", 16, 8, 8]);
  const conv = b.op("Conv", [x, nines("conv.w", [64, 16, 3, 3]), nines("conv.b", [64])]);
  const norm = ["scale", "offset", "mean", "variance"].map((name) => nines(name, [64]));
  const flat = b.op("Flatten", [b.op("BatchNormalization", [conv, ...norm])]);
  const wide = b.op("Gemm", [flat, nines("gemm.w", [2304, 30]), nines("gemm.b", [30])]);
  const turned = b.op("Gemm", [wide, nines("turned.w", [500, 30])], { transB: 1 });
  b.output(b.op("MatMul", [turned, nines("matmul.w", [500, 20])]), "y", "float32", ["N", 20]);
  return b.graph();
}

function deviation({ initializers }: Graph, name: string): number {
  const values = asFloat32(initializers.get(name)!);
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

test("randomWeights: weights at the deviation of their fan-in, whichever side the outputs stand on", () => {
  const drawn = randomWeights(network(), 1);
  for (const [name, fanIn] of [
    ["conv.w", 144],
    ["gemm.w", 2304],
    ["turned.w", 30],
    ["matmul.w", 500],
  ] as const)
    expect(deviation(drawn, name) / Math.sqrt(2 / fanIn)).toBeCloseTo(1, 1);
});

test("randomWeights: biases 0, batch normalisation as it begins", () => {
  const { initializers } = randomWeights(network(), 1);
  const value = (name: string): number[] => [...new Set(asFloat32(initializers.get(name)!))];
  expect(["conv.b", "gemm.b"].map(value)).toEqual([[0], [0]]);
  expect(["scale", "offset", "mean", "variance"].map(value)).toEqual([[1], [0], [0], [1]]);
});

test("randomWeights: decided by the seed", () => {
  const [one, same, other] = [1, 1, 2].map((seed) => {
    const { initializers } = randomWeights(network(), seed);
    return [...initializers].map(([name, { bytes }]) => `${name} ${hashBytes(bytes)}`);
  });
  expect(same).toEqual(one);
  expect(other![0]).not.toBe(one![0]);
});

test("restoreBatchNorm: a normalisation behind every convolution, under the convolution's old name", () => {
  const { graph } = layeredBackbone().model;
  const restored = restoreBatchNorm(graph);
  const kinds = restored.nodes.map(({ operator }) => operator);
  const block = ["Conv", "BatchNormalization", "Relu"];
  expect(kinds.slice(0, 12)).toEqual([...block, ...block, ...block, ...block]);
  const [conv, norm] = restored.nodes;
  expect(norm!.inputs[0]).toBe(conv!.outputs[0]);
  expect(norm!.outputs).toEqual(graph.nodes[0]!.outputs);
  const [scale, , , variance] = norm!.inputs
    .slice(1)
    .map((name) => asFloat32(restored.initializers.get(name)!));
  expect([scale!.length, new Set(scale), new Set(variance)]).toEqual([8, new Set([1]), new Set([1])]);
});

test("restoreBatchNorm: a network that has its own is left as it is", () => {
  const graph = network();
  expect(restoreBatchNorm(graph)).toBe(graph);
});
