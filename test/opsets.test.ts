import { readFileSync, readdirSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crossEntropy } from "../src/autodiff/losses.ts";
import { sgd } from "../src/autodiff/optimizers.ts";
import { trainableParameters } from "../src/autodiff/trainable-parameters.ts";
import { trainingGraph } from "../src/autodiff/training-graph.ts";
import type { Backbone } from "../src/backbones/backbone.ts";
import { describeNetwork } from "../src/backbones/describe-network.ts";
import { composeModel } from "../src/bundle/compose-model.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { openWasmEngine } from "../src/engine/open-wasm-engine.ts";
import { dimensionsOf, featureModel } from "../src/features/feature-model.ts";
import { resolveLayer } from "../src/features/resolve-layer.ts";
import { headGraph, randomHead } from "../src/finetune/head.ts";
import { tunableNetwork } from "../src/finetune/tunable-network.ts";
import { decodeModel } from "../src/graph/onnx/decode-model.ts";
import { createModel } from "../src/graph/create-model.ts";
import type { Model } from "../src/graph/graph.ts";
import { chainGraphs } from "../src/graph/edit/join-graphs.ts";
import { type Tensor, asFloat32, floatTensor, int64Tensor, sizeOf } from "../src/graph/tensor.ts";
import { addBackbone } from "../src/workflow/backbones/add-backbone.ts";
import { train } from "../src/workflow/train.ts";
import { verify } from "../src/workflow/verify.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// Networks as PyTorch's exporters write them today, opsets 17 to 24, and as ONNX Runtime quantises them: read, joined
// with our own graphs, trained. Written by test/reference/opsets/make_networks.py and make_quantised.py.

const folder = "test/reference/opsets";
const side = 24;
const preprocessing = {
  width: side,
  height: side,
  resize: { kind: "exact" },
  crop: "none",
  interpolation: "bilinear",
  colour: "rgb",
  scale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
} as const;

interface Reference {
  readonly outputs: Readonly<Record<string, { readonly expected: readonly number[]; readonly step: number }>>;
  readonly files: Readonly<Record<string, { readonly network: string; readonly opset: number }>>;
}
const { files, outputs } = JSON.parse(readFileSync(join(folder, "networks.json"), "utf8")) as Reference;
const exported = Object.entries(files);
const quantised = readdirSync(folder).filter((name) => name.endsWith(".onnx") && !(name in files));

/** Tensors that a person would call weights. */
const weightCounts: Readonly<Record<string, number>> = { plain: 6, residual: 9, layered: 10, mobile: 10 };

let engine: Engine;
let wasm: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  wasm = await openWasmEngine({});
});
afterAll(async () => await Promise.all([engine, wasm].map((one) => one[Symbol.asyncDispose]())));

function open(file: string): Backbone {
  const model = decodeModel(readFileSync(join(folder, file)));
  const { untrainable: _, ...facts } = describeNetwork(
    model,
    { name: "pixels", width: side, height: side },
    file,
  );
  const card = { ...facts, name: file, source: "", sha256: null, licence: "", paper: "", preprocessing };
  return { card, model, name: file, path: file, sha256: "" };
}

/** sin(i), as the script draws it. */
function wave(dims: readonly number[]): Tensor {
  return floatTensor(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i)),
  );
}

async function outputOf(model: Model, input: Tensor, on = engine): Promise<Float32Array> {
  await using session = await on.load(model);
  const results = await session.run({ [session.inputs[0]!.name]: input });
  return asFloat32(Object.values(results)[0]!);
}

test("the networks are of all opsets from 17 to 24, with constants as nodes and as initializers", () => {
  const opsets = new Set(exported.map(([, { opset }]) => opset));
  expect([...opsets].sort()).toEqual([17, 18, 19, 20, 21, 22, 23, 24]);
});

test.each(exported)(
  "%s: its output is PyTorch's, and its weights are the weights alone",
  async (file, { network }) => {
    const { model } = open(file);
    const { expected, step } = outputs[network]!;
    const output = await outputOf(model, wave([2, 3, side, side]));
    expected.forEach((value, i) => expect(Math.abs(output[i * step]! - value)).toBeLessThan(1e-5));
    const weights = trainableParameters(model.graph);
    expect(weights).toHaveLength(weightCounts[network]!);
    for (const name of weights) expect(sizeOf(model.graph.initializers.get(name)!.dims)).toBeGreaterThan(1);
  },
);

/** The delivered model with a classifier that passes the features on. */
function delivered(backbone: Backbone): Model {
  const layer = resolveLayer(backbone);
  const head = { dimensions: dimensionsOf(layer, "avg"), hidden: [], classCount: 3, dropout: 0 };
  const features = featureModel(backbone, layer, "avg");
  return composeModel([{ preprocessing, features }], headGraph(head, randomHead(head, 1)));
}

test.each([...exported.map(([file]) => file), ...quantised])(
  "%s: joined with preprocessing and classifier it gives what its features give",
  async (file) => {
    const backbone = open(file);
    const pixels = floatTensor(
      [1, 3, side, side],
      Float32Array.from({ length: 3 * side * side }, (_, i) => (i * 7) % 256),
    );
    const prepared = floatTensor(
      pixels.dims,
      asFloat32(pixels).map((value) => (value / 255 - 0.5) / 0.25),
    );
    const features = await outputOf(featureModel(backbone, resolveLayer(backbone), "avg"), prepared);
    const head = { dimensions: features.length, hidden: [], classCount: 3, dropout: 0 };
    const expected = await outputOf(
      createModel(headGraph(head, randomHead(head, 1))),
      floatTensor([1, features.length], features),
    );
    const logits = await outputOf(delivered(backbone), pixels);
    expected.forEach((value, i) => expect(Math.abs(logits[i]! - value)).toBeLessThan(1e-4));
  },
);

test.each(["mobile-dynamo24-nodes.onnx", "layered-dynamo24-initializers.onnx", "plain-qoperator.onnx"])(
  "%s: the joined model says the same in the browser's runtime",
  async (file) => {
    const model = delivered(open(file));
    const pixels = floatTensor(
      [1, 3, 40, 30],
      Float32Array.from({ length: 3600 }, (_, i) => (i * 7) % 256),
    );
    const native = await outputOf(model, pixels);
    (await outputOf(model, pixels, wasm)).forEach((value, i) =>
      expect(Math.abs(value - native[i]!)).toBeLessThan(1e-4),
    );
  },
);

test.each(exported)("%s: two training steps move its weights and nothing else", async (file, { network }) => {
  const backbone = open(file);
  const layer = backbone.card.layers.at(-1)!.name;
  const { tuned, depths, whole } = tunableNetwork(backbone, { layer, pooling: "avg", upTo: "none" });
  const dimensions = dimensionsOf(resolveLayer(backbone, layer), "avg");
  const head = { dimensions, hidden: [], classCount: 3, dropout: 0 };
  const forward = chainGraphs(tuned!, headGraph(head, randomHead(head, 1)), { features: "features" });
  expect(depths.size).toBeGreaterThanOrEqual(weightCounts[network]! - 2);
  const graph = trainingGraph(forward, {
    trainable: new Set(depths.keys()),
    loss: crossEntropy(),
    optimizer: sgd(),
    batchSize: 2,
  });
  await using session = await engine.load(graph.model);
  const results = await session.run({
    [[...graph.batches.values()][0]!.name]: wave([2, 2, 3, side, side]),
    [graph.labels!.name]: int64Tensor([2, 2], [0, 1, 2, 0]),
    [graph.learningRate]: floatTensor([2], [0.01, 0.01]),
    ...Object.fromEntries(graph.state.map(({ input, initial }) => [input, initial])),
  });
  expect(asFloat32(results[graph.loss]!).every((value) => value > 0 && value < 5)).toBe(true);
  for (const { name, output } of graph.state.filter(({ kind }) => kind === "parameter"))
    expect(asFloat32(results[output]!), name).not.toEqual(asFloat32(whole.initializers.get(name)!));
});

test.each(quantised)("%s: it can be used and not trained, and says why", (file) => {
  const model = decodeModel(readFileSync(join(folder, file)));
  const facts = describeNetwork(model, { name: "pixels", width: side, height: side }, file);
  expect(facts).toMatchObject({
    isTrainable: false,
    untrainable: "its weights are quantised to whole numbers, which a gradient cannot move",
  });
  expect(() =>
    tunableNetwork(open(file), { layer: facts.defaultLayer, pooling: "avg", upTo: "none" }),
  ).toThrow("it can only be frozen whole");
});

test.each([
  ["layered-dynamo24-initializers.onnx", "fine-tune"],
  ["residual-qdq.onnx", "svm"],
])("%s: added, trained with %s, and verified", async (file, recipe) => {
  await using place = await temporaryFolder();
  const path = join(place.path, file);
  const photos = join(place.path, "photos");
  await copyFile(join(folder, file), path);
  await writePatternPhotos(photos, 6);
  await addBackbone(path, {
    answers: { source: "the tests", licence: "MIT", pixels: "imagenet" },
    threads: 1,
  }).result;
  const out = join(place.path, "model");
  const work = { backbones: [path], recipe, out, threads: 1, cache: null };
  await train(photos, recipe === "svm" ? work : { ...work, freezeTo: "none", epochs: 1, refit: false })
    .result;
  const { files: checked, faults } = await verify(out).result;
  expect(checked).toBeGreaterThan(3);
  expect(faults.filter((fault) => !/golden/.test(fault))).toEqual([]);
});
