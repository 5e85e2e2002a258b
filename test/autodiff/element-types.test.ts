import { afterAll, beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../../src/autodiff/losses.ts";
import { gradientGraph } from "../../src/autodiff/gradient-graph.ts";
import { gradientPath, missingGradients } from "../../src/autodiff/gradient-path.ts";
import { sgd } from "../../src/autodiff/optimizers.ts";
import { trainingGraph } from "../../src/autodiff/training-graph.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { type GraphBuilder, createBuilder } from "../../src/graph/build.ts";
import { createModel } from "../../src/graph/create-model.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { asFloat32, floatTensor, int64Tensor, sizeOf, tensorOfNumbers } from "../../src/graph/tensor.ts";
import { evaluate } from "./evaluator.ts";
import { fill } from "./evaluator-values.ts";
import { expectGradients } from "./finite-differences.ts";

// Gradients where types and edges matter. What PyTorch gives is written beside each.

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

function graphOf(dims: readonly number[], make: (b: GraphBuilder, x: string) => string): Graph {
  const b = createBuilder("types");
  b.output(make(b, b.input("x", "float32", dims)), "y", "float32", undefined);
  return b.graph();
}

/** dL/dx with dL/dy = 1, from the evaluator and from the runtime, which must agree. */
async function slopesOf(graph: Graph, x: readonly number[], of = "x"): Promise<number[]> {
  const gradients = gradientGraph(graph, { of: [of] });
  const feeds = { x: fill([x.length], (i) => x[i]!), "gradient/y": fill([x.length], () => 1) };
  const evaluated = evaluate(gradients, feeds).get(`gradient/${of}`)!.data;
  await using session = await engine.load(createModel(gradients));
  const results = await session.run({
    x: floatTensor([x.length], x),
    "gradient/y": floatTensor(
      [x.length],
      x.map(() => 1),
    ),
  });
  const computed = asFloat32(results[`gradient/${of}`]!);
  computed.forEach((value, i) => expect(value).toBeCloseTo(evaluated[i]!, 5));
  return [...evaluated];
}

test.each([
  ["whole numbers", 7],
  ["32 bits", 6],
  ["truth values", 9],
])("a Cast to %s and back carries no gradient", async (_, to) => {
  const graph = graphOf([3], (b, x) =>
    b.op("Add", [x, b.op("Cast", [b.op("Cast", [x], { to })], { to: 1 })]),
  );
  expect(await slopesOf(graph, [-1.5, 0.25, 2.75])).toEqual([1, 1, 1]);
});

test.each(["Round", "Floor", "Ceil", "Sign"])(
  "%s is flat: its gradient is 0, as PyTorch's",
  async (operator) => {
    const graph = graphOf([3], (b, x) => b.op("Add", [b.op("Mul", [x, b.scalar(2)]), b.op(operator, [x])]));
    expect(await slopesOf(graph, [-1.4, 0.3, 2.6])).toEqual([2, 2, 2]);
  },
);

test("a Cast to another float type is refused, and named", () => {
  const graph = graphOf([3], (b, x) => b.op("Cast", [b.op("Cast", [x], { to: 10 }, "half")], { to: 1 }));
  const path = gradientPath(graph, { trained: new Set(["x"]), outputs: ["y"] });
  expect(missingGradients(path)!.message).toContain('Cast with another type than float32 ("half")');
});

test("Pow takes an exponent of whole numbers: d/dx x³ = 3 x²", async () => {
  const graph = graphOf([3], (b, x) => b.op("Pow", [x, b.constant(int64Tensor([], [3]))]));
  expect(await slopesOf(graph, [-2, 0, 1.5])).toEqual([12, 0, 6.75]);
});

test("Pow of whole numbers to a float has a whole result, through which no gradient passes", async () => {
  const graph = graphOf([2], (b, x) => {
    const base = b.constant(tensorOfNumbers("int32", [2], [2, 3]));
    return b.op("Add", [x, b.op("Cast", [b.op("Pow", [base, x])], { to: 1 })]);
  });
  expect(await slopesOf(graph, [1, 2])).toEqual([1, 1]);
});

test("Pow at 0: in the exponent 0 where it is not negative, in the base 0 where the exponent is 0, as PyTorch's", async () => {
  const ofExponent = graphOf([3], (b, x) => b.op("Pow", [b.floats([0, 0, 2]), x]));
  expect(await slopesOf(ofExponent, [2, 0, 1])).toEqual([0, 0, expect.closeTo(2 * Math.log(2), 6)]);
  const ofBase = graphOf([3], (b, x) => b.op("Pow", [x, b.floats([0, 2, 1])]));
  expect(await slopesOf(ofBase, [0, 0, 0])).toEqual([0, 0, 1]);
});

test.each([-1, 1])(
  "LayerNormalization from axis %i: mean and inverse deviation carry gradients too",
  (axis) => {
    const b = createBuilder("norm");
    const dims = [2, 3, 4];
    const behind = axis === 1 ? [3, 4] : [4];
    const inputs = [
      b.input("x", "float32", dims),
      b.input("s", "float32", behind),
      b.input("o", "float32", behind),
    ];
    const outputs = b.ops("LayerNormalization", inputs, 3, { axis });
    outputs.forEach((name, i) => b.output(name, `y${i}`, "float32", undefined));
    expectGradients(b.graph(), { seed: 3 });
  },
);

test("BatchNormalization whose running statistics are used is refused", () => {
  const graph = graphOf([2, 3], (b, x) => {
    const statistics = [1, 0, 0, 1].map((value) => b.floats([value, value, value]));
    const [y, mean] = b.ops("BatchNormalization", [x, ...statistics], 3, { training_mode: 1 });
    return b.op("Add", [y!, mean!]);
  });
  const path = gradientPath(graph, { trained: new Set(["x"]), outputs: ["y"] });
  expect(missingGradients(path)!.message).toContain("BatchNormalization with its statistics in use");
});

test("Dropout reads its ratio from a Constant node as from an initializer", async () => {
  const b = createBuilder("dropout");
  const x = b.input("x", "float32", ["N", 4]);
  const ratio = b.op("Constant", [], { value: floatTensor([], [0.5]) });
  const weight = b.constant(floatTensor([4, 2], new Float32Array(8).fill(0.5)), "w");
  b.output(b.op("MatMul", [b.op("Dropout", [x, ratio]), weight]), "y", "float32", ["N", 2]);
  const graph = trainingGraph(b.graph(), {
    trainable: new Set(["w"]),
    loss: crossEntropy(),
    optimizer: sgd(),
    batchSize: 2,
  });
  await using session = await engine.load(graph.model);
  const dims = [1, 2, 4];
  const results = await session.run({
    "batches/x": floatTensor(dims, new Float32Array(sizeOf(dims)).fill(1)),
    [graph.labels!.name]: int64Tensor([1, 2], [0, 1]),
    [graph.learningRate]: floatTensor([1], [0.1]),
    [graph.seed!]: int64Tensor([1], [7]),
    ...Object.fromEntries(graph.state.map(({ input, initial }) => [input, initial])),
  });
  expect(asFloat32(results[graph.loss]!)[0]).toBeCloseTo(Math.LN2, 5);
});
