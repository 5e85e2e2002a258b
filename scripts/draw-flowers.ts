/**
 * Draws the sample set: `node dist/scripts/draw-flowers.js [folder] [images per species] [seed]`.
 * Default: `samples/flowers`, 60, 2026. The same arguments give the same bytes on the same machine.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../src/base/random.ts";
import { drawJpeg, speciesNames } from "./draw-flowers/draw-jpeg.ts";

const [folder = "samples/flowers", images = "60", seed = "2026"] = process.argv.slice(2);
const root = createRandom(Number(seed));
for (const name of speciesNames) {
  await mkdir(join(folder, name), { recursive: true });
  for (let i = 1; i <= Number(images); i += 1) {
    const file = `${name}-${String(i).padStart(2, "0")}.jpg`;
    await writeFile(join(folder, name, file), await drawJpeg(root.fork(name).fork(i), name));
  }
}
