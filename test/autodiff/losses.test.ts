import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createExpressions } from "../../src/autodiff/expressions.ts";
import {
  type Loss,
  crossEntropy,
  smoothL1,
  softCrossEntropy,
  weightedLosses,
} from "../../src/autodiff/losses.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { createBuilder } from "../../src/graph/build.ts";
import { createModel } from "../../src/graph/create-model.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { asFloat32, floatTensor, int64List } from "../../src/graph/tensor.ts";
import { evaluate, valuesOf } from "./evaluator.ts";
import { uniform } from "./seeded-values.ts";

// Each loss with its derivative against float64 PyTorch (test/reference/autodiff/make_training.py).

const [rows, classes] = [7, 5];
const classWeights = [0.5, 1, 2, 1.5, 0.25];
const soft2 = softCrossEntropy({ temperature: 2 });
const smoothed = crossEntropy({ labelSmoothing: 0.125 });

const losses: Readonly<Record<string, Loss>> = {
  plain: crossEntropy(),
  smoothed,
  weighted: crossEntropy({ classWeights }),
  "smoothed and weighted": crossEntropy({ labelSmoothing: 0.25, classWeights }),
  soft: softCrossEntropy(),
  "soft, smoothed": softCrossEntropy({ labelSmoothing: 0.125 }),
  "soft, temperature 2": soft2,
};

const reference = JSON.parse(readFileSync("test/reference/autodiff/training.json", "utf8")) as {
  losses: Readonly<Record<string, { loss: number; gradient: readonly number[] }>>;
  severalOutputs: { loss: number; gradients: readonly (readonly number[])[] };
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

/** The loss as a graph of its own. Row 3 has no label: it fills a batch. */
function lossGraph(loss: Loss): Graph {
  const b = createBuilder("loss");
  const labels = Array.from({ length: rows }, (_, row) => (row === 3 ? -1 : (2 * row) % classes));
  const written = loss.write(createExpressions(b), {
    logits: b.input("logits", "float32", [rows, classes]),
    dims: [rows, classes],
    labels: b.constant(int64List(labels)),
    distribution: b.op("Softmax", [b.constant(floatTensor([rows, classes], uniform(2, [rows, classes], 3)))]),
  });
  b.output(written.loss, "loss", "float32", []);
  b.output(written.gradients.get("logits")!, "gradient", "float32", [rows, classes]);
  return b.graph();
}

const logits = floatTensor([rows, classes], uniform(1, [rows, classes], 4));

for (const [name, loss] of Object.entries(losses))
  test(`loss, ${name}: value and gradient are PyTorch's, to 1e-7 in float64 and to 1e-6 on the engine`, async () => {
    const graph = lossGraph(loss);
    const { loss: value, gradient } = reference.losses[name]!;
    const expected = [value, ...gradient];
    const evaluated = evaluate(graph, { logits: valuesOf(logits) });
    const exact = [...evaluated.get("loss")!.data, ...evaluated.get("gradient")!.data];
    expect(furthest(exact, expected)).toBeLessThan(1e-7);
    await using session = await engine.load(createModel(graph));
    const results = await session.run({ logits });
    const native = [...asFloat32(results["loss"]!), ...asFloat32(results["gradient"]!)];
    expect(furthest(native, expected)).toBeLessThan(1e-6);
  });

test("loss: every reference has a test", () => {
  expect(Object.keys(losses)).toEqual(Object.keys(reference.losses));
});

const hints = 3;

/** Distillation: labels, a teacher's softened answers, and its features, by two outputs of one network. */
const distilled = weightedLosses([
  { weight: 0.5, loss: crossEntropy() },
  { weight: 0.5, loss: softCrossEntropy({ temperature: 2, target: "answers" }) },
  { weight: 3, loss: smoothL1({ output: "hint", target: "features", width: hints }) },
]);

test("loss, several outputs and targets: value and gradients by each output are PyTorch's", async () => {
  const b = createBuilder("loss");
  const labels = Array.from({ length: rows }, (_, row) => (row === 3 ? -1 : (2 * row) % classes));
  const answers = b.op("Softmax", [b.constant(floatTensor([rows, classes], uniform(4, [rows, classes], 3)))]);
  const features = b.constant(floatTensor([rows, hints], uniform(5, [rows, hints], 2)));
  b.input("hint", "float32", [rows, hints]);
  const { loss, gradients } = distilled.write(createExpressions(b), {
    logits: b.input("logits", "float32", [rows, classes]),
    dims: [rows, classes],
    labels: b.constant(int64List(labels)),
    targets: new Map([
      ["answers", answers],
      ["features", features],
    ]),
  });
  expect([...gradients.keys()]).toEqual(["logits", "hint"]);
  b.output(loss, "loss", "float32", []);
  b.output(gradients.get("logits")!, "by logits", "float32", [rows, classes]);
  b.output(gradients.get("hint")!, "by hint", "float32", [rows, hints]);
  const expected = [reference.severalOutputs.loss, ...reference.severalOutputs.gradients.flat()];
  const hint = floatTensor([rows, hints], uniform(3, [rows, hints], 2));
  const evaluated = evaluate(b.graph(), { logits: valuesOf(logits), hint: valuesOf(hint) });
  const names = ["loss", "by logits", "by hint"];
  expect(
    furthest(
      names.flatMap((name) => [...evaluated.get(name)!.data]),
      expected,
    ),
  ).toBeLessThan(1e-6);
  await using session = await engine.load(createModel(b.graph()));
  const results = await session.run({ logits, hint });
  const native = names.flatMap((name) => [...asFloat32(results[name]!)]);
  expect(furthest(native, expected)).toBeLessThan(2e-6);
});

test("weightedLosses asks for what its parts ask for, and nothing else", () => {
  expect([...distilled.needs]).toEqual(["labels"]);
  expect([...distilled.targets!]).toEqual([
    ["answers", "classes"],
    ["features", hints],
  ]);
  expect([...distilled.outputs!]).toEqual(["hint"]);
});

test("loss: a batch of filler rows alone has loss 0 and no gradient", () => {
  const b = createBuilder("loss");
  const { loss, gradients } = crossEntropy().write(createExpressions(b), {
    logits: b.input("logits", "float32", [rows, classes]),
    dims: [rows, classes],
    labels: b.constant(int64List(Array.from({ length: rows }, () => -1))),
  });
  const values = evaluate(b.graph(), { logits: valuesOf(logits) });
  expect(Math.abs(values.get(loss)!.data[0]!)).toBe(0);
  expect(values.get(gradients.get("logits")!)!.data.every((entry) => Math.abs(entry) === 0)).toBe(true);
});

function furthest(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
}
