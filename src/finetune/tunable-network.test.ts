import { afterAll, beforeAll, expect, test } from "vitest";
import { uniform } from "../../test/autodiff/seeded-values.ts";
import { layeredBackbone } from "../../test/fixtures/layered-backbone.ts";
import { crossEntropy } from "../autodiff/losses.ts";
import { sgd } from "../autodiff/optimizers.ts";
import { trainingGraph } from "../autodiff/training-graph.ts";
import { initialise } from "../backbones/architectures/initialise.ts";
import { buildArchitecture } from "../backbones/architectures/registry.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph } from "../graph/graph.ts";
import { type Tensor, asFloat32, floatTensor, sizeOf } from "../graph/tensor.ts";
import { type TunableNetwork, tunableNetwork } from "./tunable-network.ts";

test("tunableNetwork: what it lists of a network with batch normalisation and clipping can be trained", () => {
  const architecture = buildArchitecture("mobilenet_v2", { width: 0.125, size: 64 });
  const backbone = {
    name: "small",
    path: "small",
    sha256: "",
    card: architecture.card,
    model: initialise(architecture, 1),
  };
  const { tuned, depths } = tunableNetwork(backbone, { layer: "conv18", pooling: "avg", upTo: "block16" });
  expect(tuned!.nodes.map(({ operator }) => operator)).not.toContain("BatchNormalization");
  expect([...depths].filter(([, depth]) => depth === 0).map(([name]) => name)).toEqual([
    "network/features.18.0.weight",
    "network/features.18.1.bias",
  ]);
  const training = trainingGraph(tuned!, {
    trainable: new Set(depths.keys()),
    loss: crossEntropy(),
    optimizer: sgd(),
    batchSize: 2,
  });
  expect(training.state.filter(({ kind }) => kind === "parameter").length).toBe(depths.size);
});

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => await engine[Symbol.asyncDispose]());

async function run(graph: Graph, feed: Tensor): Promise<Tensor> {
  await using session = await engine.load(createModel(graph));
  const results = await session.run({ [graph.inputs[0]!.name]: feed });
  return results[graph.outputs[0]!.name]!;
}

test("tunableNetwork: the frozen part, then the tuned part, gives what the whole gives, to the bit", async () => {
  const backbone = layeredBackbone();
  const pixels = floatTensor([2, 3, 24, 24], uniform(1, [2, 3, 24, 24], 2));
  for (const upTo of ["conv1", "conv3", null]) {
    const { whole, frozen, tuned } = tunableNetwork(backbone, { layer: "pool", pooling: "avg", upTo });
    const middle = await run(frozen!.trunk, pixels);
    const dims = [2, ...frozen!.dims];
    expect(sizeOf(middle.dims)).toBe(sizeOf(dims));
    const features = await run(tuned!, { ...middle, dims });
    expect(asFloat32(features)).toEqual(asFloat32(await run(whole, pixels)));
  }
});

test("tunableNetwork: none frozen is the whole network, all frozen leaves nothing to tune", () => {
  const open = (upTo: string): TunableNetwork =>
    tunableNetwork(layeredBackbone(), { layer: "pool", pooling: "avg", upTo });
  expect([open("none").frozen, open("none").tuned]).toEqual([null, open("none").whole]);
  expect([open("all").tuned, open("all").frozen!.dims, open("all").depths.size]).toEqual([null, [12], 0]);
});

test("tunableNetwork: groups are counted from the top", () => {
  const { depths } = tunableNetwork(layeredBackbone(), { layer: "pool", pooling: "avg", upTo: "conv2" });
  expect([...depths]).toEqual([
    ["network/conv4.weight", 0],
    ["network/conv4.bias", 0],
    ["network/conv3.weight", 1],
    ["network/conv3.bias", 1],
  ]);
});
