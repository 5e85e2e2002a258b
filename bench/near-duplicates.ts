import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { type Random, createRandom } from "../src/base/random.ts";
import { nearDuplicates } from "../src/data/near-duplicates/near-duplicates.ts";
import { readManifest } from "../src/data/read-manifest.ts";
import { decodePixels } from "../src/image/decode.ts";
import { sketchOf, sketchSide } from "../src/image/sketch.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";

type Plant = (photo: Buffer, random: Random) => Promise<Buffer>;

const jpeg = async (image: Sharp, quality = 90): Promise<Buffer> => await image.jpeg({ quality }).toBuffer();

/** A part with at least 80 % of the area, of any proportions, anywhere. */
const crop: Plant = async (photo, random) => {
  const { width, height } = await sharp(photo).metadata();
  let [across, down] = [0, 0];
  while (across * down < 0.8) [across, down] = [0.8 + 0.2 * random.next(), 0.8 + 0.2 * random.next()];
  const [w, h] = [Math.ceil(across * width), Math.ceil(down * height)];
  const [left, top] = [random.integer(width - w + 1), random.integer(height - h + 1)];
  return await jpeg(sharp(photo).extract({ left, top, width: w, height: h }));
};

const plants: Readonly<Record<string, Plant>> = {
  "crop, 80 to 100 % of the area": crop,
  "encoded anew, JPEG 20 to 70": async (photo, random) => await jpeg(sharp(photo), 20 + random.integer(51)),
  "reduced to 30 to 80 % of the sides": async (photo, random) => {
    const { width } = await sharp(photo).metadata();
    return await jpeg(sharp(photo).resize({ width: Math.round(width * (0.3 + 0.5 * random.next())) }));
  },
  mirror: async (photo) => await jpeg(sharp(photo).flop()),
  "brightness 0.6 to 1.5": async (photo, random) =>
    await jpeg(sharp(photo).modulate({ brightness: 0.6 + 0.9 * random.next() })),
  "crop in a mirror, brightness 0.8 to 1.2": async (photo, random) =>
    await jpeg(
      sharp(await crop(photo, random))
        .flop()
        .modulate({ brightness: 0.8 + 0.4 * random.next() }),
    ),
};

/** Pictures of the timing. */
const many = [10_000, 100_000];

/**
 * Of copies that were planted among photos, how many are found, and what else is grouped (listed in the raw results, to be looked at); and the
 * seconds of the search among 10,000 and 100,000 sketches, drawn at random, without the reading of pictures. `--data`: a folder of photos,
 * `../shared/data/flowers` by default; `--rounds` x 20 photos are planted for each kind.
 */
export async function run({ data, rounds }: BenchOptions): Promise<BenchResult> {
  const folder = data ?? "../shared/data/flowers";
  const { rows } = await readManifest(folder);
  const random = createRandom(3);
  const originals = await Promise.all(rows.map(({ path }) => readFile(join(folder, path))));
  const sketches = await Promise.all(originals.map(sketched));
  const chosen = random.shuffle(rows.keys()).slice(0, 20 * rounds);
  const lines: string[][] = [];
  for (const [kind, plant] of Object.entries(plants)) {
    const planted: string[] = [];
    for (const row of chosen) planted.push(await sketched(await plant(originals[row]!, random)));
    const found = planted.filter((sketch, i) => nearDuplicates([sketches[chosen[i]!]!, sketch]).length > 0);
    lines.push([
      kind,
      `${chosen.length}`,
      `${found.length}`,
      `${((100 * found.length) / chosen.length).toFixed(1)} %`,
    ]);
  }
  const pairs = nearDuplicates(sketches).map(([a, b]) => [rows[a]!.path, rows[b]!.path]);
  lines.push([`pairs among the ${rows.length} photos themselves`, "", `${pairs.length}`, ""]);
  for (const count of many) lines.push(timed(count, random));
  return { columns: ["what", "planted", "found", "share"], rows: lines, raw: { lines, pairs } };
}

async function sketched(photo: Buffer): Promise<string> {
  return sketchOf(await decodePixels(photo, { subject: "photo" }));
}

/** Sketches as smooth as photos': a few waves each. */
function timed(count: number, random: Random): string[] {
  const sketches = Array.from({ length: count }, () => waves(random));
  const before = process.cpuUsage();
  const pairs = nearDuplicates(sketches);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return [
    `search among ${count} drawn sketches`,
    "",
    `${pairs.length} pairs`,
    `${seconds.toFixed(1)} s of CPU`,
  ];
}

function waves(random: Random): string {
  const data = new Uint8Array(3 * sketchSide ** 2);
  const terms = Array.from({ length: 8 }, () => ({
    x: 3 * random.normal(),
    y: 3 * random.normal(),
    phase: 6.3 * random.next(),
    height: 30 * random.next(),
  }));
  for (let i = 0; i < sketchSide ** 2; i += 1) {
    const [x, y] = [(i % sketchSide) / sketchSide, Math.floor(i / sketchSide) / sketchSide];
    const level = terms.reduce(
      (sum, t) => sum + t.height * Math.sin(t.x * x * 3 + t.y * y * 3 + t.phase),
      128,
    );
    data.fill(Math.max(0, Math.min(255, level)), 3 * i, 3 * i + 3);
  }
  return sketchOf({ width: sketchSide, height: sketchSide, data });
}
