import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../../test/data-folder.ts";
import { scanManifest } from "../../data/read-manifest.ts";
import type { Picture } from "../../data/manifest.ts";
import type { Engine } from "../../engine/engine.ts";
import { openEngine } from "../../engine/open-engine.ts";
import { noAugmentation } from "../../image/augment.ts";
import { pixelSource, openPixelStore } from "../pixel-store.ts";
import { openPhotoPack } from "./photo-pack.ts";

let engine: Engine;
let folder: Awaited<ReturnType<typeof createDataFolder>>;
let photos: Picture[];

const preprocessing = {
  width: 16,
  height: 16,
  resize: { kind: "shortSide", size: 16 },
  crop: "centre",
  interpolation: "bilinear",
  colour: "rgb",
  scale: 1 / 255,
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.2, 0.3],
} as const;

const sizes = {
  same: [16, 16],
  wide: [23, 16],
  large: [64, 40],
  small: [9, 12],
  panorama: [160, 20],
} as const;

beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  folder = await createDataFolder();
  for (const [i, [name, [width, height]]] of Object.entries(sizes).entries())
    await folder.put(`data/${name}.png`, await noisePng(i, { width, height }));
  const { root, rows } = await scanManifest(join(folder.root, "data"));
  photos = rows.map((row) => ({ ...row, path: join(root, row.path) }));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const open = async (name: string): ReturnType<typeof openPhotoPack> =>
  await openPhotoPack(photos, { engine, preprocessing, folder: join(folder.root, name) });
const rows = Int32Array.from(Array(5).keys());
const how = { augmentation: noAugmentation, seed: 1 };

test("photo pack: a plain photo is what the network's own preprocessing gives, to the bit, first decoded and then kept", async () => {
  const held = pixelSource(await openPixelStore(photos, preprocessing, { engine, cache: null }), how);
  const expected = await held.load(rows, null);
  await using pack = await open("exact");
  for (const _ of [1, 2]) expect(await pixelSource(pack, how).load(rows, null)).toEqual(expected);
});

test("photo pack: a photo is decoded once; the next run needs its file no more", async () => {
  const victim = photos.find(({ path }) => path.endsWith("large.png"))!;
  const bytes = await readFile(victim.path);
  const row = photos.indexOf(victim);
  let first;
  {
    await using pack = await open("once");
    first = await pack.imageAt(row);
  }
  await rm(victim.path);
  await using again = await open("once");
  expect(await again.imageAt(row)).toEqual(first);
  await using fresh = await open("fresh");
  await expect(fresh.imageAt(row)).rejects.toMatchObject({ code: "E_IMAGE_UNREADABLE" });
  await writeFile(victim.path, await noisePng(99, { width: 64, height: 40 }));
  await expect(fresh.imageAt(row)).rejects.toMatchObject({ code: "E_IMAGE_CHANGED" });
  await writeFile(victim.path, bytes);
});

test("photo pack: of a photo longer than twice its width the middle is kept", async () => {
  await using pack = await open("cut");
  const row = photos.findIndex(({ path }) => path.endsWith("panorama.png"));
  expect(await pack.imageAt(row)).toMatchObject({ width: 32, height: 16 });
});
