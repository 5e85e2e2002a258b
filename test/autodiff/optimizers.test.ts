import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../../src/autodiff/losses.ts";
import { type Optimizer, adamW, sgd } from "../../src/autodiff/optimizers.ts";
import { type TrainingGraph, trainingGraph } from "../../src/autodiff/training-graph.ts";
import { averageName } from "../../src/autodiff/training-state.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { createBuilder } from "../../src/graph/build.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, asFloat32, floatTensor, int64Tensor } from "../../src/graph/tensor.ts";
import { uniform } from "./seeded-values.ts";

// Each optimiser, six steps of it in one run of the Loop, against float64 PyTorch
// (test/reference/autodiff/make_training.py): falling rates, the bias at half the rate and without decay.

const [steps, rows, inputs, classes] = [6, 7, 4, 5];
const adam = { beta1: 0.875, beta2: 0.96875 };
const heavy = sgd({ momentum: 0.875, weightDecay: 0.125 });

const optimizers: Readonly<Record<string, { optimizer: Optimizer; clipNorm?: number }>> = {
  sgd: { optimizer: sgd({ momentum: 0 }) },
  "sgd, decay": { optimizer: sgd({ momentum: 0, weightDecay: 0.125 }) },
  momentum: { optimizer: sgd({ momentum: 0.875 }) },
  "momentum, decay": { optimizer: heavy },
  "nesterov, decay": { optimizer: sgd({ momentum: 0.875, weightDecay: 0.125, nesterov: true }) },
  adamw: { optimizer: adamW({ ...adam, weightDecay: 0.125 }) },
  "adamw, no decay": { optimizer: adamW({ ...adam, weightDecay: 0 }) },
  "momentum, clipped": { optimizer: heavy, clipNorm: 0.5 },
  "adamw, clipped": { optimizer: adamW({ ...adam, weightDecay: 0.125 }), clipNorm: 0.5 },
};

interface Reference {
  readonly losses: readonly number[];
  readonly w: readonly number[];
  readonly b: readonly number[];
  /** Of all gradients, before clipping. */
  readonly norms?: readonly number[];
}

const reference = JSON.parse(readFileSync("test/reference/autodiff/training.json", "utf8")) as {
  optimizers: Readonly<Record<string, Reference>>;
  averaged: Pick<Reference, "w" | "b">;
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

/** logits = x wᵀ + b */
function linear(): Graph {
  const b = createBuilder("linear");
  const w = b.constant(floatTensor([classes, inputs], uniform(11, [classes, inputs], 1)), "w");
  const bias = b.constant(floatTensor([classes], uniform(12, [classes], 0.5)), "b");
  const x = b.input("x", "float32", ["N", inputs]);
  b.output(b.op("Gemm", [x, w, bias], { transB: 1 }), "logits", "float32", ["N", classes]);
  return b.graph();
}

function feedsOf(
  graph: TrainingGraph,
  rateOf = (step: number): number => 0.25 * 0.5 ** step,
): Record<string, Tensor> {
  const labels = Array.from({ length: steps * rows }, (_, i) => Math.floor(i / rows) + 2 * (i % rows));
  const dims = [steps, rows, inputs];
  const rates = Array.from({ length: steps }, (_, step) => rateOf(step));
  return {
    ...Object.fromEntries(graph.state.map(({ input, initial }) => [input, initial])),
    [graph.batches.get("x")!.name]: floatTensor(dims, uniform(13, dims, 2)),
    [graph.labels!.name]: int64Tensor(
      [steps, rows],
      labels.map((label) => label % classes),
    ),
    [graph.learningRate]: floatTensor([steps], rates),
  };
}

for (const [name, { optimizer, clipNorm }] of Object.entries(optimizers))
  test(`optimiser, ${name}: six steps end at PyTorch's weights within 2e-6`, async () => {
    const graph = trainingGraph(linear(), {
      trainable: new Set(["w", "b"]),
      groups: new Map([["b", { rate: 0.5, weightDecay: 0 }]]),
      loss: crossEntropy(),
      optimizer,
      batchSize: rows,
      ...(clipNorm !== undefined && { clipNorm }),
    });
    await using session = await engine.load(graph.model);
    const results = await session.run(feedsOf(graph));
    const output = (variable: string): Tensor =>
      results[graph.state.find((one) => one.name === variable)!.output]!;
    const expected = reference.optimizers[name]!;
    expect(furthest(output("w"), expected.w)).toBeLessThan(2e-6);
    expect(furthest(output("b"), expected.b)).toBeLessThan(2e-6);
    expect(furthest(results[graph.loss]!, expected.losses)).toBeLessThan(2e-6);
    if (expected.norms) expect(furthest(results[graph.norm!]!, expected.norms)).toBeLessThan(2e-6);
  });

test("training graph: the moving average of the weights is PyTorch's after six steps, within 2e-6", async () => {
  const graph = trainingGraph(linear(), {
    trainable: new Set(["w", "b"]),
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0.875, nesterov: true }),
    batchSize: rows,
    average: 0.25,
  });
  await using session = await engine.load(graph.model);
  const results = await session.run(feedsOf(graph, () => 0.25));
  for (const name of ["w", "b"] as const) {
    const { output } = graph.state.find((one) => one.name === averageName(name))!;
    expect(furthest(results[output]!, reference.averaged[name])).toBeLessThan(2e-6);
  }
});

test("optimiser: every reference has a test", () => {
  expect(Object.keys(optimizers)).toEqual(Object.keys(reference.optimizers));
});

function furthest(actual: Tensor, expected: readonly number[]): number {
  const values = [...asFloat32(actual)];
  expect(values.length).toBe(expected.length);
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
}
