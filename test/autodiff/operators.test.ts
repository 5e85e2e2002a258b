import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gradientGraph } from "../../src/autodiff/gradient-graph.ts";
import { type DifferentiableOperator, gradientRules } from "../../src/autodiff/rules/gradient-rules.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { createModel } from "../../src/graph/create-model.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, asFloat32, floatTensor } from "../../src/graph/tensor.ts";
import { evaluate } from "./evaluator.ts";
import type { Values } from "./evaluator-values.ts";
import type { OperatorCase } from "./operator-cases.ts";
import { operatorGraph } from "./operator-graph.ts";
import { type Sample, distanceTo } from "./samples.ts";
import { uniform } from "./seeded-values.ts";

// Every row of the gradient table against float64 PyTorch (test/reference/autodiff/make_operators.py): first the rule
// itself, evaluated in float64, then the graph that ships, in float32 on ONNX Runtime.

interface ReferenceCase extends Omit<OperatorCase, "operator"> {
  readonly differentiable: number;
  readonly batchStatistics?: boolean;
  readonly seed: number;
  readonly limit: number;
  readonly offset: number;
  readonly y: readonly Sample[];
  readonly gradients: readonly Sample[];
}

const { operators } = JSON.parse(readFileSync("test/reference/autodiff/operators.json", "utf8")) as {
  operators: Readonly<Record<DifferentiableOperator, readonly ReferenceCase[]>>;
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

/** What the constants of a graph lose by being float32. */
const exact = 1e-6;
/** What float32 arithmetic loses over the longest sum here, relative to the whole tensor. */
const rounded = 1e-5;

test("every row of the gradient table has reference numbers, and every reference a row", () => {
  expect(Object.keys(operators).sort()).toEqual(Object.keys(gradientRules).sort());
});

for (const operator of Object.keys(gradientRules) as DifferentiableOperator[])
  test(`${operator}: outputs and gradients are PyTorch's, to ${exact} in float64 and to ${rounded} on the engine`, async () => {
    for (const given of operators[operator]) {
      const graph = gradientsOf(operator, given);
      const feeds = feedsOf(graph, given);
      const evaluated = evaluate(graph, feeds);
      expectSamples(given, (name) => evaluated.get(name)!.data, exact);
      const results = await runNative(graph, feeds);
      expectSamples(given, (name) => asFloat32(results[name]!), rounded);
    }
  });

function gradientsOf(operator: DifferentiableOperator, given: ReferenceCase): Graph {
  const graph = operatorGraph({ ...given, operator });
  const of = graph.inputs.slice(0, given.differentiable).map(({ name }) => name);
  return gradientGraph(graph, { of, batchStatistics: given.batchStatistics ?? false });
}

/** Input i is drawn from seed + i, the gradient of output i from seed + 50 + i, as in the Python script. */
function feedsOf(
  { inputs }: Graph,
  { seed, limit, offset, ...given }: ReferenceCase,
): Record<string, Values> {
  const count = given.inputs.length;
  const draw = (dims: readonly number[], i: number): Float32Array =>
    i < count ? uniform(seed + i, dims, limit, offset) : uniform(seed + 50 + i - count, dims, 1);
  return Object.fromEntries(
    inputs.map(({ name, dims }, i) => {
      const shape = dims as readonly number[];
      return [name, { dims: shape, data: Float64Array.from(draw(shape, i)) }];
    }),
  );
}

async function runNative(
  graph: Graph,
  feeds: Readonly<Record<string, Values>>,
): Promise<Record<string, Tensor>> {
  await using session = await engine.load(createModel(graph));
  const given = Object.entries(feeds).map(([name, { dims, data }]) => [
    name,
    floatTensor(dims, Float32Array.from(data)),
  ]);
  return await session.run(Object.fromEntries(given));
}

function expectSamples(
  { y, gradients, inputs }: ReferenceCase,
  valuesOf: (name: string) => ArrayLike<number>,
  tolerance: number,
): void {
  const named = [
    ...y.map((sample, i) => [`y${i}`, sample] as const),
    ...gradients.map((sample, i) => [`gradient/x${i}`, sample] as const),
  ];
  for (const [name, sample] of named) {
    const distance = distanceTo(sample, valuesOf(name)) / Math.max(1, sample.norm);
    expect(distance, `${name} of ${JSON.stringify(inputs)}`).toBeLessThan(tolerance);
  }
}
