import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../../src/autodiff/losses.ts";
import { sgd } from "../../src/autodiff/optimizers.ts";
import { type TrainingGraph, trainingGraph } from "../../src/autodiff/training-graph.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open-engine.ts";
import { openWasmEngine } from "../../src/engine/open-wasm-engine.ts";
import { type Tensor, asFloat32, floatTensor, int64Tensor } from "../../src/graph/tensor.ts";
import { type ReferenceLayer, referenceNetwork } from "./reference-network.ts";
import { type Sample, distanceTo } from "./samples.ts";
import { uniform } from "./seeded-values.ts";

// Whole networks trained in ONNX Runtime against five steps of float64 PyTorch (test/reference/autodiff).

interface Reference {
  readonly batch: number;
  readonly classes: number;
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly networks: readonly {
    readonly name: string;
    readonly size: number;
    readonly layers: readonly ReferenceLayer[];
    readonly losses: readonly number[];
    readonly updates: Readonly<Record<"1" | "5", Readonly<Record<string, Sample>>>>;
  }[];
}

const reference = JSON.parse(readFileSync("test/reference/autodiff/networks.json", "utf8")) as Reference;
const { batch, classes, rate } = reference;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

type Network = Reference["networks"][number];

function training({ name, size, layers }: Network): TrainingGraph {
  const { graph, parameters } = referenceNetwork(layers, { name, size, classes });
  const { momentum, weightDecay } = reference;
  return trainingGraph(graph, {
    trainable: new Set(parameters),
    loss: crossEntropy(),
    optimizer: sgd({ momentum, weightDecay }),
    batchSize: batch,
    normalisation: "batch",
  });
}

/** The first `steps` steps: data, labels and seeds by the formulas of the Python script. */
function feedsOf(graph: TrainingGraph, { size }: Network, steps: number): Record<string, Tensor> {
  const dims = [steps, batch, 3, size, size];
  const rows = Array.from({ length: steps * batch }, (_, i) => Math.floor(i / batch) + 2 * (i % batch));
  return {
    ...Object.fromEntries(graph.state.map(({ input, initial }) => [input, initial])),
    [graph.batches.get("x")!.name]: floatTensor(dims, uniform(7, dims, 1.5)),
    [graph.labels!.name]: int64Tensor(
      [steps, batch],
      rows.map((row) => row % classes),
    ),
    [graph.learningRate]: floatTensor(
      [steps],
      Array.from({ length: steps }, () => rate),
    ),
    ...(graph.seed && {
      [graph.seed]: int64Tensor(
        [steps],
        Array.from({ length: steps }, (_, i) => 500 + i),
      ),
    }),
  };
}

/**
 * What float32 does to weights whose exact gradient is zero (a shift that the next batch normalisation takes out):
 * they move by weight decay alone, which is near their last bit.
 */
function roundingOf(weights: Float32Array): number {
  return 2 ** -23 * Math.hypot(...weights.subarray(0, 4096));
}

/** The largest distance between an update and PyTorch's, relative to the update, over all tensors that moved. */
function worstDistance(
  graph: TrainingGraph,
  { results, expected }: { results: Record<string, Tensor>; expected: Readonly<Record<string, Sample>> },
): { distance: number; tensor: string } {
  const compared = graph.state.filter(({ kind }) => kind !== "optimizer");
  expect(compared.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
  const distances = compared.map(({ name, initial, output }) => {
    const [before, after] = [asFloat32(initial), asFloat32(results[output]!)];
    const update = Float64Array.from(after, (value, i) => value - before[i]!);
    const distance = distanceTo(expected[name]!, update);
    return { tensor: name, distance: Math.max(0, distance - roundingOf(after)) / expected[name]!.norm };
  });
  return distances.reduce((a, b) => (b.distance > a.distance ? b : a));
}

for (const network of reference.networks)
  test(`${network.name}: its updates are PyTorch's within 1e-3 after one step and 5e-2 after five`, async () => {
    const graph = training(network);
    await using session = await engine.load(graph.model);
    for (const [steps, bound] of [
      [1, 1e-3],
      [5, 5e-2],
    ] as const) {
      const results = await session.run(feedsOf(graph, network, steps));
      const losses = asFloat32(results[graph.loss]!);
      for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(network.losses[i]!, 3);
      const worst = worstDistance(graph, { results, expected: network.updates[`${steps}`] });
      expect(worst.distance, `${worst.tensor} after ${steps} steps`).toBeLessThan(bound);
    }
  });

test("the same training graph takes ten steps on wasm with native's losses within 1e-4, and native repeats its bits", async () => {
  const network = reference.networks.find(({ name }) => name === "GoogLeNet")!;
  const graph = training(network);
  const feeds = feedsOf(graph, network, 10);
  await using wasm = await openWasmEngine({ threads: 1 });
  const runs = [];
  for (const runtime of [engine, engine, wasm]) {
    await using session = await runtime.load(graph.model);
    runs.push(await session.run(feeds));
  }
  const [first, second, foreign] = runs.map((results) => asFloat32(results[graph.loss]!));
  expect(second).toEqual(first);
  for (const { output } of graph.state) expect(runs[1]![output]).toEqual(runs[0]![output]);
  const worst = Math.max(...first!.map((loss, i) => Math.abs(loss - foreign![i]!)));
  expect(worst).toBeLessThan(1e-4);
});
