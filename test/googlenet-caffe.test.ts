import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import { hashBytes } from "../src/files/hash-file.ts";
import { encodeModel } from "../src/graph/onnx/encode-model.ts";
import { encodePng } from "../src/image/encode-png.ts";
import { caffeGoogleNet } from "./reference/googlenet-caffe/caffe-googlenet.ts";
import { formulaPicture } from "./reference/pixels/picture.ts";

// A network of another house, used as it is by its card alone. Witness: Pillow and PyTorch, make_googlenet.py

const card = `
name: googlenet-caffe
source: written by the tests
sha256: null
licence: MIT
paper: "Szegedy et al. 2015, Going Deeper with Convolutions, arXiv:1409.4842"
parameters: 376000
preprocessing:
  width: 224
  height: 224
  resize: { kind: exact }
  crop: none
  interpolation: bilinear
  colour: bgr
  scale: 1
  mean: [104, 117, 123]
  std: [1, 1, 1]
defaultLayer: inception_5b
isTrainable: false
layers:
  - { name: inception_4e, value: inception_4e/output, shape: [208, 14, 14] }
  - { name: inception_5b, value: inception_5b/output, shape: [256, 7, 7] }
`;

const { features: expected } = JSON.parse(
  readFileSync("test/reference/googlenet-caffe/googlenet.json", "utf8"),
) as { features: number[] };

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootstock-googlenet-"));
  engine = await openEngine({ threads: 2 });
  await writeFile(join(folder, "picture.png"), await encodePng(formulaPicture(500, 333)));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The features of the picture under a card, and their mean distance from the witness as a share of its mean. */
async function extractWith(name: string, text: string): Promise<{ values: Float32Array; distance: number }> {
  await writeFile(join(folder, `${name}.onnx`), encodeModel(caffeGoogleNet()));
  await writeFile(join(folder, `${name}.onnx.card.yaml`), text);
  const backbone = await openBackbone(join(folder, `${name}.onnx`));
  const path = join(folder, "picture.png");
  const image = { path, sha256: hashBytes(readFileSync(path)), width: 500, height: 333 };
  const { matrix, failed } = await extractFeatures([image], backbone, { engine, cache: null });
  expect(failed).toEqual([]);
  const values = matrix.data;
  const sum = expected.reduce((total, value) => total + value, 0);
  const apart = expected.reduce((total, value, d) => total + Math.abs(value - values[d]!), 0);
  return { values, distance: apart / sum };
}

test("GoogLeNet in its Caffe form gives by its card what Pillow and PyTorch give", async () => {
  const { values, distance } = await extractWith("caffe", card);
  expect(values.length).toBe(256);
  expect(distance).toBeLessThan(1e-3);
});

test.each([
  ["red first", "colour: bgr", "colour: rgb"],
  ["scaled", "scale: 1\n", "scale: 1/255\n"],
  ["another mean", "mean: [104, 117, 123]", "mean: [123, 117, 104]"],
  [
    "cropped",
    "resize: { kind: exact }\n  crop: none",
    "resize: { kind: shortSide, size: 224 }\n  crop: centre",
  ],
])("with pixels %s the features are others", async (name, from, to) => {
  expect(card).toContain(from);
  expect((await extractWith(name.replace(" ", "-"), card.replace(from, to))).distance).toBeGreaterThan(0.01);
});
