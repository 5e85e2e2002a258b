/**
 * Draws the sample set: `node dist/scripts/draw-flowers.js [folder] [images per species] [seed]`.
 * Default: `samples/flowers`, 60, 2026. The same arguments give the same bytes on the same machine.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type Random, createRandom } from "../src/base/random.ts";
import { oversampling, photograph } from "./draw-flowers/camera.ts";
import { pick } from "./draw-flowers/chance.ts";
import { daisy } from "./draw-flowers/daisy.ts";
import { dandelion } from "./draw-flowers/dandelion.ts";
import type { Species } from "./draw-flowers/flower.ts";
import { rose } from "./draw-flowers/rose.ts";
import { drawScene } from "./draw-flowers/scene.ts";
import { sunflower } from "./draw-flowers/sunflower.ts";
import { tulip } from "./draw-flowers/tulip.ts";

const species: Readonly<Record<string, Species>> = { daisy, dandelion, rose, sunflower, tulip };

/** Width and height in pixels: square, landscape and portrait, as cameras give them. */
const sizes = [
  [160, 160],
  [160, 120],
  [120, 160],
  [170, 128],
  [128, 170],
  [160, 140],
  [168, 112],
] as const;

const [folder = "samples/flowers", images = "60", seed = "2026"] = process.argv.slice(2);
const root = createRandom(Number(seed));
for (const name of Object.keys(species)) {
  await mkdir(join(folder, name), { recursive: true });
  for (let i = 1; i <= Number(images); i += 1) {
    const file = `${name}-${String(i).padStart(2, "0")}.jpg`;
    await writeFile(join(folder, name, file), await drawJpeg(root.fork(name).fork(i), name));
  }
}

async function drawJpeg(random: Random, name: string): Promise<Uint8Array> {
  const [width, height] = pick(random, sizes);
  const strangers = Object.keys(species).filter((other) => other !== name);
  const scene = drawScene(
    random.fork("scene"),
    { width: width * oversampling, height: height * oversampling },
    {
      species: species[name]!,
      strangers: strangers.map((other) => species[other]!),
      isCup: name === "tulip",
    },
  );
  const photo = photograph(random.fork("camera"), scene.layer);
  const { data, quality } = photo;
  return sharp(data, { raw: { width: photo.width, height: photo.height, channels: 3 } })
    .jpeg({ quality, mozjpeg: true })
    .toBuffer();
}
