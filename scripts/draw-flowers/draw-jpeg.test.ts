import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { drawJpeg, speciesNames } from "./draw-jpeg.ts";

const samples = fileURLToPath(new URL("../../../samples/flowers/", import.meta.url));

test("drawJpeg: one seed gives one picture, another seed another", async () => {
  const first = await drawJpeg(createRandom(7), "rose");
  expect(Buffer.compare(first, await drawJpeg(createRandom(7), "rose"))).toBe(0);
  expect(Buffer.compare(first, await drawJpeg(createRandom(8), "rose"))).not.toBe(0);
});

test("samples/flowers: sixty pictures of each of five species, one to two megabytes", async () => {
  let sizeBytes = 0;
  for (const name of speciesNames) {
    const files = await readdir(join(samples, name));
    expect(files.length).toBe(60);
    for (const file of files) sizeBytes += (await readFile(join(samples, name, file))).length;
  }
  expect(sizeBytes).toBeGreaterThan(1e6);
  expect(sizeBytes).toBeLessThan(2e6);
});

test("samples/flowers: a picture is what the script draws, but for JPEG rounding between machines", async () => {
  const file = await readFile(join(samples, "tulip", "tulip-07.jpg"));
  const drawn = await drawJpeg(createRandom(2026).fork("tulip").fork(7), "tulip");
  const [old, now] = await Promise.all([file, drawn].map((bytes) => sharp(bytes).raw().toBuffer()));
  expect(now!.length).toBe(old!.length);
  const total = now!.reduce((sum, value, i) => sum + Math.abs(value - old![i]!), 0);
  expect(total / now!.length).toBeLessThan(2);
});
