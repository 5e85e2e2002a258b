import fc from "fast-check";
import { expect, test } from "vitest";
import { gradientGraph } from "../../src/autodiff/gradient-graph.ts";
import { type DifferentiableOperator, gradientRules } from "../../src/autodiff/rules/gradient-rules.ts";
import { createBuilder } from "../../src/graph/build.ts";
import { evaluate } from "./evaluator.ts";
import { fill } from "./evaluator-values.ts";
import { expectGradients } from "./finite-differences.ts";
import { operatorCases } from "./operator-cases.ts";
import { operatorGraph } from "./operator-graph.ts";

// Autodiff on one page. A graph goes in, a graph that computes gradients comes out:

test("y = tanh(x w): the gradient of a graph is a graph", () => {
  const b = createBuilder("tiny");
  const product = b.op("Mul", [b.input("x", "float32", [2]), b.input("w", "float32", [])]);
  b.output(b.op("Tanh", [product]), "y", "float32", [2]);
  const backward = gradientGraph(b.graph(), { of: ["w"] });
  const ones = fill([2], () => 1);
  const feeds = { x: fill([2], (i) => i + 1), w: fill([], () => 0.5), "gradient/y": ones };
  const slope = evaluate(backward, feeds).get("gradient/w")!;
  expect(slope.data[0]).toBeCloseTo(1 / Math.cosh(0.5) ** 2 + 2 / Math.cosh(1) ** 2, 12);
});

// One row an operator, each against central differences in float64 over drawn shapes:

for (const operator of Object.keys(gradientRules) as DifferentiableOperator[])
  test(`${operator}: its row agrees with finite differences`, () => {
    fc.assert(
      fc.property(operatorCases[operator], fc.nat(1e6), (drawn, seed) => {
        const graph = operatorGraph({ operator, ...drawn });
        const of = graph.inputs.slice(0, drawn.differentiable).map(({ name }) => name);
        expectGradients(graph, { seed, isPositive: drawn.isPositive ?? false, of });
      }),
      { seed: 5, numRuns: 25 },
    );
  });

test("BatchNormalization on the batch's own statistics agrees with finite differences", () => {
  for (const dims of [
    [4, 3, 2, 1],
    [5, 2],
    [2, 1, 3, 3],
  ]) {
    const perChannel = Array.from({ length: 4 }, () => [dims[1]!]);
    const graph = operatorGraph({ operator: "BatchNormalization", inputs: [dims, ...perChannel] });
    expectGradients(graph, { seed: 1, of: ["x0", "x1", "x2"], batchStatistics: true });
  }
});

test("a Relu that moves behind the pool that reads it leaves the gradients as they were", () => {
  const b = createBuilder("network");
  const x = b.input("x", "float32", [2, 2, 6, 6]);
  const squared = b.op("Mul", [x, x]);
  const relu = b.op("Relu", [b.op("Sub", [squared, b.scalar(0.5)])]);
  b.output(b.op("MaxPool", [relu], { kernel_shape: [3, 3], strides: [2, 2] }), "y", "float32", [2, 2, 2, 2]);
  expectGradients(b.graph(), { seed: 3 });
});
