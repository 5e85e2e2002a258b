import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBackbone } from "../src/backbones/open-backbone.ts";
import { argmax, rowOf } from "../src/base/matrix.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import { hashFile } from "../src/files/hash-file.ts";

const photos = "../shared/data/imagenet-sanity";
const weights = "../shared/weights";

/**
 * The network's own 1000-way output, through the very pipeline that features take. PyTorch 1.13 with Pillow 9.4 gets
 * 121 of these 200 right; another JPEG decoder may turn a few.
 */
test.skipIf(!existsSync(photos))("SqueezeNet names at least 117 of 200 ImageNet photos", async () => {
  const names = (await readdir(photos)).filter((name) => name.endsWith(".jpg"));
  const images = await Promise.all(
    names.map(async (name) => ({ path: join(photos, name), sha256: await hashFile(join(photos, name)) })),
  );
  const table = await readFile(join(weights, "imagenet-classes.tsv"), "utf8");
  const synsets = table
    .trim()
    .split("\n")
    .map((line) => /n\d{8}/.exec(line)?.[0]);
  await using engine = await openEngine();
  const backbone = await openBackbone(join(weights, "squeezenet1_1.onnx"));
  const { matrix, failed } = await extractFeatures(images, backbone, {
    engine,
    layer: "logits",
    cache: null,
  });
  expect(failed).toEqual([]);
  const right = names.filter((name, i) => name.startsWith(synsets[argmax(rowOf(matrix, i))]!));
  expect(names).toHaveLength(200);
  expect(right.length).toBeGreaterThanOrEqual(117);
});
