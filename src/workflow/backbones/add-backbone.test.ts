import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { squeezenetWeights } from "../../../test/fixtures/squeezenet-weights.ts";
import { tinyBackbone } from "../../../test/fixtures/tiny-backbone.ts";
import { temporaryFolder, writePatternPhotos } from "../../../test/pattern-photos.ts";
import { openBackbone } from "../../backbones/open-backbone.ts";
import { createBuilder } from "../../graph/build.ts";
import { encodeModel } from "../../graph/onnx/encode-model.ts";
import { createModel } from "../../graph/create-model.ts";
import { chainGraphs } from "../../graph/edit/join-graphs.ts";
import { floatTensor, tensorOfNumbers } from "../../graph/tensor.ts";
import { addBackbone } from "./add-backbone.ts";

const answers = { source: "the tests", licence: "MIT", pixels: "unit" };

async function writeTiny(folder: string, scale = 1): Promise<string> {
  const { model } = tinyBackbone();
  const values = floatTensor([6, 3, 1, 1], new Float32Array(18).fill(0.1 * scale));
  const weights = scale === 1 ? model.graph.initializers : new Map([["weights", values]]);
  const path = join(folder, "tiny net.onnx");
  await writeFile(path, encodeModel({ ...model, graph: { ...model.graph, initializers: weights } }));
  return path;
}

test("addBackbone: the card that it writes opens the file", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  const { card, cardPath, trial } = await addBackbone(path, { answers }).result;
  expect(cardPath).toBe(`${path}.card.yaml`);
  expect((await openBackbone(path)).card).toEqual(card);
  expect(card).toMatchObject({
    name: "tiny_net",
    source: "the tests",
    licence: "MIT",
    preprocessing: { width: 8, height: 8, resize: { kind: "shortSide", size: 9 }, scale: 1 / 255 },
    defaultLayer: "conv1",
    isTrainable: true,
    parameters: 18,
  });
  expect(trial).toMatchObject({ photos: 0, drawn: 3, dimensions: 6, output: { values: 6 } });
  expect(trial.leastDifference).toBeGreaterThan(0.01);
});

test("addBackbone: a network that ends in Softmax is a classifier, and its probabilities are taken as they are", async () => {
  await using folder = await temporaryFolder();
  const { model } = tinyBackbone();
  const b = createBuilder("end", "end/");
  const sharp = b.op("Mul", [b.input("vector", "float32", ["N", 6]), b.scalar(50)]);
  b.output(b.op("Softmax", [sharp], { axis: 1 }), "probabilities", "float32", ["N", 6]);
  const path = join(folder.path, "classifier.onnx");
  await writeFile(
    path,
    encodeModel({ ...model, graph: chainGraphs(model.graph, b.graph(), { vector: "vector" }) }),
  );
  const { trial } = await addBackbone(path, { answers }).result;
  expect(trial.output!.values).toBe(6);
  expect(trial.output!.confidence).toBeGreaterThan(0.5); // a softmax of the softmax is at most e / (e + 5) = 0.35
});

test("addBackbone: a network that computes in float16 is told to be that", async () => {
  await using folder = await temporaryFolder();
  const b = createBuilder("half");
  const half = b.op("Cast", [b.input("pixels", "float32", ["N", 3, 8, 8])], { to: 10 });
  const weights = b.constant(tensorOfNumbers("float16", [4, 3, 1, 1], Array<number>(12).fill(0.5)));
  const map = b.op("Conv", [half, weights]);
  b.output(b.op("Cast", [map], { to: 1 }), "map", "float32", ["N", 4, 8, 8]);
  const path = join(folder.path, "half.onnx");
  await writeFile(path, encodeModel(createModel(b.graph())));
  await expect(addBackbone(path, { answers }).result).rejects.toMatchObject({
    code: "E_CARD",
    message: expect.stringContaining("it computes in float16") as string,
  });
});

test("addBackbone: photos are looked at in place of drawn pictures", async () => {
  await using folder = await temporaryFolder();
  const photos = join(folder.path, "photos");
  await writePatternPhotos(photos, 4);
  await writeFile(join(photos, "across", "00.jpg"), "no picture");
  const { trial } = await addBackbone(await writeTiny(folder.path), { answers, photos }).result;
  expect(trial).toMatchObject({ photos: 8, drawn: 0 });
  expect(trial.skipped).toMatchObject([{ path: join(photos, "across", "00.jpg"), code: "E_IMAGE_TYPE" }]);
});

test("addBackbone: a folder of photos that is not there is an error, not a reason to draw pictures", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  const photos = join(folder.path, "gone");
  await expect(addBackbone(path, { answers, photos }).result).rejects.toMatchObject({
    code: "E_DATA_NOT_FOUND",
  });
  expect(existsSync(`${path}.card.yaml`)).toBe(false);
});

test("addBackbone: with nobody to ask every missing flag is listed, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  await expect(addBackbone(path, { answers: { licence: "MIT" } }).result).rejects.toMatchObject({
    code: "E_USAGE",
    message: expect.stringContaining("--source, --pixels"),
  });
  expect(existsSync(`${path}.card.yaml`)).toBe(false);
});

test("addBackbone: a person is asked what the flags leave open, again until it can be meant", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  const said: string[] = [];
  const replies: Record<string, string[]> = { source: ["", "me"], pixels: ["imagnet", "raw"] };
  const ask = async ({ flag }: { flag: string }, fault: string | null): Promise<string> => {
    said.push(fault === null ? flag : `${flag}!`);
    return replies[flag]?.shift() ?? "";
  };
  const { card } = await addBackbone(path, { answers: { licence: "MIT" }, ask }).result;
  expect(said).toEqual([
    "name",
    "source",
    "source!",
    "paper",
    "pixels",
    "pixels!",
    "resize",
    "interpolation",
    "layer",
  ]);
  expect(card).toMatchObject({ source: "me", name: "tiny_net", preprocessing: { scale: 1 } });
});

test("addBackbone: a card that is there stays, unless forced", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  await writeFile(`${path}.card.yaml`, "mine");
  await expect(addBackbone(path, { answers }).result).rejects.toMatchObject({
    code: "E_CARD",
    hint: expect.stringContaining("--force"),
  });
  expect(await readFile(`${path}.card.yaml`, "utf8")).toBe("mine");
  await addBackbone(path, { answers, force: true }).result;
  expect(await readFile(`${path}.card.yaml`, "utf8")).toContain("name: tiny_net");
});

test("addBackbone: a network that does not see the picture gets no card", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path, 0);
  await expect(addBackbone(path, { answers }).result).rejects.toMatchObject({
    code: "E_CARD",
    message: expect.stringContaining("expected different features"),
    hint: expect.stringContaining("--pixels"),
  });
  expect(existsSync(`${path}.card.yaml`)).toBe(false);
});

test("addBackbone: a layer that is not there and a size that the file does not have are refused", async () => {
  await using folder = await temporaryFolder();
  const path = await writeTiny(folder.path);
  const adding = (more: object): Promise<unknown> =>
    addBackbone(path, { answers: { ...answers, ...more } }).result;
  await expect(adding({ layer: "conv9" })).rejects.toMatchObject({
    code: "E_LAYER",
    hint: expect.stringContaining("conv1"),
  });
  await expect(adding({ size: "16" })).rejects.toMatchObject({
    code: "E_OPTION",
    message: expect.stringContaining("expected 8x8"),
  });
});

test("addBackbone: weights of a known architecture bring pixels and layers; only their owner knows the rest", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "best=0.93.safetensors");
  await writeFile(path, squeezenetWeights("module.model."));
  await expect(addBackbone(path, { answers: {} }).result).rejects.toMatchObject({
    code: "E_USAGE",
    message: expect.stringMatching(/expected --source, --licence;/),
  });
  const { card, trial } = await addBackbone(path, { answers: { source: "our lab", licence: "MIT" } }).result;
  expect(card).toMatchObject({
    name: "squeezenet1_1",
    source: "our lab",
    architecture: "squeezenet1_1",
    defaultLayer: "fire9",
    preprocessing: { width: 224, scale: 1 / 255 },
  });
  expect(trial.dimensions).toBe(512);
  expect((await openBackbone(path)).card).toEqual(card);
});

test("addBackbone: a file that is not there, a folder and a file of another kind are told apart", async () => {
  await using folder = await temporaryFolder();
  const adding = (file: string): Promise<unknown> => addBackbone(file, { answers }).result;
  await expect(adding(join(folder.path, "none.onnx"))).rejects.toThrow(/does not exist/);
  await expect(adding(folder.path)).rejects.toThrow(/is a folder/);
  await writeFile(join(folder.path, "model.h5"), "\x89HDF\r\n\x1a\n", "latin1");
  await expect(adding(join(folder.path, "model.h5"))).rejects.toMatchObject({ code: "E_WEIGHTS" });
});
