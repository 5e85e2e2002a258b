import sharp from "sharp";
import type { Random } from "../../src/base/random.ts";
import { oversampling, photograph } from "./camera.ts";
import { pick } from "./chance.ts";
import { daisy } from "./daisy.ts";
import { dandelion } from "./dandelion.ts";
import type { Species } from "./flower.ts";
import { rose } from "./rose.ts";
import { drawScene } from "./scene.ts";
import { sunflower } from "./sunflower.ts";
import { tulip } from "./tulip.ts";

const species = { daisy, dandelion, rose, sunflower, tulip } as const satisfies Record<string, Species>;

export type SpeciesName = keyof typeof species;
export const speciesNames = Object.keys(species) as SpeciesName[];

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

/** One picture of a species as the bytes of a JPEG; the same stream of randomness gives the same bytes. */
export async function drawJpeg(random: Random, name: SpeciesName): Promise<Uint8Array> {
  const [width, height] = pick(random, sizes);
  const strangers = speciesNames.filter((other) => other !== name).map((other) => species[other]);
  const { layer } = drawScene(
    random.fork("scene"),
    { width: width * oversampling, height: height * oversampling },
    { species: species[name], strangers, isCup: name === "tulip" },
  );
  const photo = photograph(random.fork("camera"), layer);
  return sharp(photo.data, { raw: { width: photo.width, height: photo.height, channels: 3 } })
    .jpeg({ quality: photo.quality, mozjpeg: true })
    .toBuffer();
}
