import { existsSync } from "node:fs";
import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBuilder } from "../graph/build.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import { createModel } from "../graph/create-model.ts";
import { floatTensor } from "../graph/tensor.ts";
import { hashBytes } from "../files/hash-file.ts";
import type { Card } from "./card.ts";
import { formatCard } from "./format-card.ts";
import { listBackbones, showBackbone } from "./list-backbones.ts";
import { openBackbone } from "./open-backbone.ts";
import { parameterGroups } from "./parameter-groups.ts";

const weights = "../shared/weights";
const hasWeights = existsSync(weights);
const folder = await mkdtemp(join(tmpdir(), "rootstock-open-"));
const file = join(folder, "tiny.onnx");
afterAll(() => rm(folder, { recursive: true }));

const card: Card = {
  name: "tiny",
  source: "made for this test",
  sha256: null,
  licence: "MIT",
  paper: "",
  parameters: 6,
  preprocessing: {
    width: 8,
    height: 8,
    resize: { kind: "exact" },
    crop: "none",
    interpolation: "bilinear",
    colour: "rgb",
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  layers: [{ name: "conv1", value: "conv1", shape: [2, 8, 8], group: "conv1" }],
  defaultLayer: "conv1",
  isTrainable: true,
};

beforeAll(async () => {
  const b = createBuilder("tiny");
  const x = b.input("pixel_values", "float32", ["N", 3, 8, 8]);
  const kernel = b.constant(floatTensor([2, 3, 1, 1], [1, 0, 0, 0, 1, 0]), "conv1.weight");
  b.output(b.op("Conv", [x, kernel], { kernel_shape: [1, 1] }, "conv1"), "conv1", "float32", ["N", 2, 8, 8]);
  await writeFile(file, encodeModel(createModel(b.graph())));
});

async function withCard(value: Card): Promise<string> {
  await writeFile(`${file}.card.yaml`, await formatCard(value));
  return file;
}

test("openBackbone: the card beside the file is used and gets the file's hash", async () => {
  const backbone = await openBackbone(await withCard(card));
  expect(backbone.name).toBe("tiny");
  expect(backbone.sha256).toBe(hashBytes(await readFile(file)));
  expect(backbone.card).toEqual({ ...card, sha256: backbone.sha256 });
  expect(backbone.model.graph.initializers.get("conv1.weight")?.dims).toEqual([2, 3, 1, 1]);
});

test("openBackbone: without a card it says which file to write and how", async () => {
  const bare = join(folder, "bare.onnx");
  await copyFile(file, bare);
  await expect(openBackbone(bare)).rejects.toMatchObject({
    code: "E_CARD",
    message: expect.stringContaining("bare.onnx.card.yaml"),
    hint: expect.stringContaining("backbones add"),
  });
});

test("openBackbone: a card that names another file's hash is refused with both hashes", async () => {
  await expect(openBackbone(await withCard({ ...card, sha256: "0".repeat(64) }))).rejects.toMatchObject({
    code: "E_CHECKSUM",
    message: expect.stringMatching(/expected sha256 0{64}.*got [0-9a-f]{64}/),
  });
});

test("openBackbone: a card that does not fit the graph is refused with every misfit", async () => {
  const wrong: Card = {
    ...card,
    preprocessing: { ...card.preprocessing, width: 9 },
    layers: [...card.layers, { name: "pool", value: "nowhere", shape: [2] }],
  };
  await expect(openBackbone(await withCard(wrong))).rejects.toMatchObject({
    code: "E_CARD",
    message: expect.stringMatching(
      /preprocessing makes float32 \[N,3,8,9\].*no value "nowhere \(layer pool\)"/,
    ),
  });
});

test("openBackbone: an unknown name lists the known ones", async () => {
  await expect(openBackbone("alexnett")).rejects.toMatchObject({
    code: "E_BACKBONE",
    message: expect.stringContaining('"alexnett"'),
    hint: expect.stringContaining("Known names"),
  });
});

test("listBackbones and showBackbone: what a person chooses by", async () => {
  const rows = await listBackbones();
  expect(rows.find(({ name }) => name === "squeezenet1_1")).toMatchObject({
    licence: "Apache-2.0",
    parameters: 1235496,
    defaultLayer: "fire9",
    dimensions: 512,
  });
  const { yaml } = await showBackbone("squeezenet1_1");
  expect(yaml).toContain("defaultLayer: fire9");
  await expect(showBackbone("none")).rejects.toMatchObject({ code: "E_BACKBONE" });
});

test.skipIf(!hasWeights).each([
  ["squeezenet1_1.onnx", "squeezenet1_1", 1235496, ["conv1", "fire2", "conv10"], 10],
  ["mobilenetv2_features.onnx", "mobilenetv2", 2206816, ["conv1", "block1", "conv18"], 19],
  ["resnet18_layer3.onnx", "resnet18_layer3", 2780544, ["conv1", "layer1", "layer3"], 4],
])(
  "openBackbone: ../shared/weights/%s finds its shipped card by hash",
  async (name, id, parameters, some, count) => {
    const backbone = await openBackbone(join(weights, name));
    expect(backbone.name).toBe(id);
    const groups = parameterGroups(backbone.model.graph, backbone.card);
    expect(groups).toHaveLength(count);
    expect(groups.map((group) => group.name)).toEqual(expect.arrayContaining(some));
    const sizes = groups.flatMap((group) =>
      group.parameters.map((key) => backbone.model.graph.initializers.get(key)!.bytes.length / 4),
    );
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(parameters);
  },
);

test.skipIf(!hasWeights)("openBackbone: a damaged file no longer finds its card", async () => {
  const damaged = join(folder, "damaged.onnx");
  await copyFile(join(weights, "resnet18_layer3.onnx"), damaged);
  await appendFile(damaged, "x");
  await expect(openBackbone(damaged)).rejects.toMatchObject({ code: "E_CARD" });
});
