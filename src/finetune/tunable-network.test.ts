import { expect, test } from "vitest";
import { crossEntropy } from "../autodiff/losses.ts";
import { sgd } from "../autodiff/optimizers.ts";
import { trainingGraph } from "../autodiff/training-graph.ts";
import { initialise } from "../backbones/architectures/initialise.ts";
import { buildArchitecture } from "../backbones/architectures/registry.ts";
import { tunableNetwork } from "./tunable-network.ts";

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
