import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layeredBackbone } from "../../test/fixtures/layered-backbone.ts";
import { stripePictures } from "../../test/fixtures/stripe-pictures.ts";
import { temporaryFolder } from "../../test/pattern-photos.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import type { ImageSource } from "../features/features.ts";
import { prepareImage } from "../features/prepare-image.ts";
import { createModel } from "../graph/create-model.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { asFloat32 } from "../graph/tensor.ts";
import { photoAugmentation } from "../image/augment.ts";
import { inspectImage } from "../image/inspect-image.ts";
import { openPixelStore, pixelSource } from "./pixel-store.ts";

let engine: Engine;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let pictures: readonly ImageSource[];
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await temporaryFolder();
  pictures = (await stripePictures(folder.path, 2)).pictures;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const own = layeredBackbone().card.preprocessing;
const kinds: Readonly<Record<string, Preprocessing>> = {
  "short side, cropped, BGR": own,
  "stretched, RGB": { ...own, resize: { kind: "exact" }, crop: "none", colour: "rgb" },
  "as it comes, larger than some pictures": { ...own, width: 47, height: 51, resize: { kind: "none" } },
};

for (const [name, preprocessing] of Object.entries(kinds))
  test(`pixelSource, ${name}: a plain picture is what the preprocessing graph gives, to the bit`, async () => {
    await using session = await engine.load(createModel(preprocessingGraph(preprocessing)));
    const store = await openPixelStore(pictures, preprocessing, { engine, cache: null });
    const source = pixelSource(store, { augmentation: photoAugmentation, seed: 1 });
    const rows = Int32Array.from(pictures.keys());
    const loaded = await source.load(rows, null);
    const size = loaded.length / rows.length;
    for (const [i, picture] of pictures.entries()) {
      const expected = asFloat32(await prepareImage(picture, session, {}));
      expect(loaded.slice(i * size, (i + 1) * size)).toEqual(expected);
    }
  });

test("pixelSource: a variation is decided by seed, epoch and row, whatever was asked for before", async () => {
  const store = await openPixelStore(pictures, own, { engine, cache: null });
  const source = pixelSource(store, { augmentation: photoAugmentation, seed: 1 });
  const load = async (epoch: number, ...rows: number[]): Promise<Float32Array> =>
    await source.load(Int32Array.from(rows), epoch);
  const [together, size] = [await load(3, 0, 1, 2), 3 * 24 * 24];
  expect(await load(3, 2)).toEqual(together.slice(2 * size));
  expect(await load(4, 2)).not.toEqual(await load(3, 2));
  const other = pixelSource(store, { augmentation: photoAugmentation, seed: 2 });
  expect(await other.load(Int32Array.from([2]), 3)).not.toEqual(await load(3, 2));
});

test("pixelSource: an abort stops it between pictures", async () => {
  const store = await openPixelStore(pictures, own, { engine, cache: null });
  const source = pixelSource(store, { augmentation: photoAugmentation, seed: 1 });
  const loading = source.load(Int32Array.from([0]), 1, { signal: AbortSignal.abort() });
  await expect(loading).rejects.toMatchObject({ name: "AbortError" });
});

test("openPixelStore: what is in the pack is not decoded again; a damaged record is, from its file", async () => {
  await using own = await temporaryFolder();
  const found = (await stripePictures(join(own.path, "photos"), 2)).pictures;
  const sizeOf = async ({ path }: ImageSource): Promise<object> => await inspectImage(await readFile(path));
  const given = await Promise.all(found.map(async (picture) => ({ ...picture, ...(await sizeOf(picture)) })));
  const preprocessing = layeredBackbone().card.preprocessing;
  const cache = join(own.path, "cache");
  const first = await openPixelStore(given, preprocessing, { engine, cache });
  const images = await Promise.all(given.map((_, row) => first.imageAt(row)));
  const [name] = await readdir(join(cache, "pictures"));
  const pack = join(cache, "pictures", name!);
  const bytes = await readFile(pack);
  bytes[5]! ^= 1; // in the first record
  await writeFile(pack, bytes);
  const before = await first.imageAt(0);
  expect(before).toEqual(images[0]);
  for (const { path } of given) await rm(path);
  const second = await openPixelStore(given, preprocessing, { engine, cache });
  expect(await Promise.all(given.map((_, row) => second.imageAt(row)))).toEqual(images);
});
