import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createExpressions } from "../../src/autodiff/expressions.ts";
import { type Optimizer, adamW, sgd } from "../../src/autodiff/optimizers.ts";
import { createBuilder } from "../../src/graph/build.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { evaluate } from "./evaluator.ts";
import { fill } from "./evaluator-values.ts";

// Optimisers against five steps of float64 PyTorch (test/reference/autodiff/make_optimizers.py); their constants are float32.

interface Reference {
  readonly start: readonly number[];
  readonly rate: number;
  readonly weightDecay: number;
  readonly gradients: readonly (readonly number[])[];
  readonly paths: Readonly<Record<"sgd" | "nesterov" | "adamW", readonly (readonly number[])[]>>;
}

const reference = JSON.parse(readFileSync("test/reference/autodiff/optimizers.json", "utf8")) as Reference;
const { start, rate, weightDecay, gradients, paths } = reference;
const size = start.length;

/** One step; `isProduct` has the gradient come from a Gemm, to which the momentum is then added. */
function stepGraph(optimizer: Optimizer, { isProduct = false } = {}): Graph {
  const b = createBuilder("step");
  const e = createExpressions(b);
  const given = b.input("gradient", "float32", [size, 1]);
  const gradient = isProduct ? e.gemm(given, e.reshape(b.scalar(1), [1, 1])) : given;
  const next = optimizer.update(e, {
    parameter: b.input("parameter", "float32", [size, 1]),
    gradient,
    slots: Object.fromEntries(optimizer.slots.map((slot) => [slot, b.input(slot, "float32", [size, 1])])),
    learningRate: b.input("rate", "float32", []),
    weightDecay: optimizer.weightDecay,
    step: b.input("step", "float32", []),
  });
  b.output(next.parameter, "next/parameter", "float32", [size, 1]);
  for (const slot of optimizer.slots) b.output(next.slots[slot]!, `next/${slot}`, "float32", [size, 1]);
  return b.graph();
}

function pathOf(optimizer: Optimizer, graph = stepGraph(optimizer)): number[][] {
  const column = (values: readonly number[]): ReturnType<typeof fill> => fill([size, 1], (i) => values[i]!);
  let state = Object.fromEntries(
    ["parameter", ...optimizer.slots].map((name) => [name, fill([size, 1], () => 0)]),
  );
  state["parameter"] = column(start);
  return gradients.map((gradient, i) => {
    const scalars = { rate: fill([], () => rate), step: fill([], () => i + 1) };
    const results = evaluate(graph, { ...state, ...scalars, gradient: column(gradient) });
    state = Object.fromEntries(Object.keys(state).map((name) => [name, results.get(`next/${name}`)!]));
    return [...state["parameter"]!.data];
  });
}

const cases = {
  sgd: sgd({ weightDecay }),
  nesterov: sgd({ weightDecay, nesterov: true }),
  adamW: adamW({ weightDecay }),
};

for (const name of ["sgd", "nesterov", "adamW"] as const)
  test(`${name}: five steps are PyTorch's`, () => {
    pathOf(cases[name]).forEach((weights, i) =>
      weights.forEach((weight, j) => expect(weight).toBeCloseTo(paths[name][i]![j]!, 5)),
    );
  });

test("sgd: momentum that a Gemm adds to its own product is the same momentum", () => {
  const optimizer = sgd();
  const graph = stepGraph(optimizer, { isProduct: true });
  expect(graph.nodes.findLast(({ operator }) => operator === "Gemm")!.inputs[2]).toBe("velocity");
  expect(graph.nodes.map(({ operator }) => operator)).not.toContain("Add");
  const [fused, plain] = [pathOf(optimizer, graph), pathOf(optimizer)];
  fused.forEach((weights, i) => weights.forEach((w, j) => expect(w).toBeCloseTo(plain[i]![j]!, 7)));
});
