import sharp from "sharp";
import { expect, test } from "vitest";
import { createDataFolder } from "../../../test/data-folder.ts";
import { type Random, createRandom } from "../../base/random.ts";
import { decodePixels } from "../../image/decode.ts";
import { encodePng } from "../../image/encode-png.ts";
import { sketchOf } from "../../image/sketch.ts";
import { readManifest } from "../read-manifest.ts";
import { indexHashes } from "./hash-index.ts";
import { bitsApart, partBits, partCount } from "./layout-hash.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { lookThrough, windows } from "./windows.ts";

/** A picture like a photo: a few blobs of colour on a slope, its own for every seed. */
async function photo(seed: number, { width = 160, height = 120 } = {}): Promise<Buffer> {
  const random = createRandom(seed);
  const blobs = Array.from({ length: 9 }, () => blob(random));
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    for (let c = 0; c < 3; c += 1)
      data[3 * i + c] = 60 + 50 * y + blobs.reduce((sum, { at, colour }) => sum + colour[c]! * at(x, y), 0);
  }
  return Buffer.from(await encodePng({ width, height, data: data.map((level) => level) }));
}

function blob(random: Random): { at: (x: number, y: number) => number; colour: number[] } {
  const [cx, cy, size] = [random.next(), random.next(), 0.06 + 0.12 * random.next()];
  const colour = [0, 0, 0].map(() => 15 * random.next() + 10);
  return { at: (x, y) => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / size ** 2), colour };
}

const sketched = async (picture: Buffer): Promise<string> =>
  sketchOf(await decodePixels(picture, { subject: "picture" }));

test.each([
  ["cropped", (picture: Buffer) => sharp(picture).extract({ left: 14, top: 3, width: 142, height: 110 })],
  ["encoded anew", (picture: Buffer) => sharp(picture).jpeg({ quality: 30 })],
  ["reduced", (picture: Buffer) => sharp(picture).resize({ width: 70 })],
  ["in a mirror", (picture: Buffer) => sharp(picture).flop()],
  ["brighter", (picture: Buffer) => sharp(picture).modulate({ brightness: 1.3 })],
  [
    "cropped in a mirror",
    (picture: Buffer) => sharp(picture).extract({ left: 0, top: 8, width: 150, height: 108 }).flop(),
  ],
])("nearDuplicates: a picture %s is found among others, and nothing else is", async (_, change) => {
  const seeds = Array.from({ length: 14 }, (__, i) => i + 1);
  const pictures = await Promise.all(seeds.map((seed) => photo(seed)));
  const changed = await Promise.all(pictures.slice(0, 4).map((one) => change(one).png().toBuffer()));
  const sketches = await Promise.all([...pictures, ...changed].map(sketched));
  const pairs = nearDuplicates(sketches).toSorted(([a], [b]) => a - b);
  expect(pairs).toEqual([0, 1, 2, 3].map((i) => [i, pictures.length + i]));
});

test("nearDuplicates: many copies of one picture give one pair fewer than there are; plain pictures give none", async () => {
  const picture = await photo(3);
  const copies = await Promise.all(
    [30, 50, 70, 90].map(
      async (quality) => await sketched(await sharp(picture).jpeg({ quality }).toBuffer()),
    ),
  );
  expect(nearDuplicates(copies)).toHaveLength(3);
  const plain = sketchOf({ width: 30, height: 30, data: new Uint8Array(2700).fill(90) });
  expect(nearDuplicates([plain, plain, plain])).toEqual([]);
});

test("sketchOf: the same for any contrast, for pictures of one pixel and of one row too", () => {
  const data = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => (Math.floor(i / 3) % 48) + 20);
  const image = { width: 48, height: 48, data };
  expect(sketchOf({ ...image, data: data.map((level) => 2 * level) })).toBe(sketchOf(image));
  expect(sketchOf(image)).toHaveLength(576);
  expect(sketchOf({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) })).toBe("");
  expect(sketchOf({ width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) })).toHaveLength(576);
});

test("indexHashes finds every hash within five bits, and none beyond the radius", () => {
  const random = createRandom(1);
  const count = 300;
  const hashes = Uint32Array.from({ length: count * partCount }, () => random.integer(2 ** partBits));
  const asked = hashes.slice(0, partCount);
  for (const bit of [0, 9, 20]) asked[0]! ^= 1 << bit;
  for (const bit of [3, 4]) asked[1]! ^= 1 << bit;
  const found = new Map<number, number>();
  indexHashes(hashes).near(asked, 0, 10, (hash, bits) => found.set(hash, bits));
  expect(found.get(0)).toBe(5);
  for (const [hash, bits] of found) expect(bits).toBe(bitsApart(asked, 0, hashes, hash * partCount));
  expect([...found.values()].every((bits) => bits <= 10)).toBe(true);
});

test("windows: the whole first, each with about four fifths of the area; lookThrough takes means", () => {
  expect(windows[0]).toEqual({ left: 0, right: 1, top: 0, bottom: 1 });
  expect(windows).toHaveLength(70);
  const cells = Float64Array.from({ length: 576 }, (_, i) => i % 24);
  const seen = lookThrough(cells, { left: 0.5, right: 1, top: 0, bottom: 1 }, 2);
  expect([...seen].map((value) => Number(value.toFixed(6)))).toEqual([14.5, 20.5, 14.5, 20.5]);
});

test("readManifest: near-duplicates are one group, leak no more into the holdout, and are told, under other labels twice", async () => {
  await using data = await createDataFolder();
  const [one, two] = [await photo(21), await photo(22)];
  await data.put("train/a/1.png", one);
  await data.put("train/a/2.jpg", await sharp(one).jpeg({ quality: 60 }).toBuffer());
  await data.put("train/a/3.png", await photo(23));
  await data.put("train/b/4.png", two);
  await data.put("train/b/5.png", await photo(24));
  await data.put("train/b/6.jpg", await sharp(one).flop().jpeg().toBuffer());
  await data.put("test/b/7.jpg", await sharp(two).modulate({ brightness: 0.8 }).jpeg().toBuffer());
  await data.put("test/a/8.png", await photo(25));
  const manifest = await readManifest(data.root);
  const groups = new Map(manifest.rows.map(({ path, group }) => [path, group]));
  expect(groups.get("train/a/1.png")).toBeDefined();
  expect(groups.get("train/a/2.jpg")).toBe(groups.get("train/a/1.png"));
  expect(groups.get("train/b/6.jpg")).toBe(groups.get("train/a/1.png"));
  expect(groups.get("train/a/3.png")).toBeUndefined();
  expect(manifest.nearDuplicates).toEqual([
    ["test/b/7.jpg", "train/b/4.png"],
    ["train/a/1.png", "train/a/2.jpg", "train/b/6.jpg"],
  ]);
  expect(manifest.warnings.map(({ code }) => code)).toEqual([
    "E_LEAK",
    "E_NEAR_DUPLICATE",
    "E_NEAR_DUPLICATE",
  ]);
  expect(manifest.warnings[0]!.message).toContain('"train/b/4.png"');
  const apart = await readManifest(data.root, { nearDuplicates: false });
  expect(apart.rows.every(({ group }) => group === undefined)).toBe(true);
});
