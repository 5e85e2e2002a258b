import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/base/random.ts";
import { encodePng } from "../src/image/encode-png.ts";
import type { Image } from "../src/image/image.ts";

/** Slopes of the stripes that tell the classes apart. */
const slopes = { across: [0, 1], down: [1, 0], slanted: [1, 1] } as const;

/** A temporary folder that disappears when the test ends. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "rootstock-test-"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

/** Writes a data set that gabor-bank tells apart: noisy stripes in three directions, `perClass` images each. */
export async function writePatternPhotos(root: string, perClass: number): Promise<void> {
  for (const [label, slope] of Object.entries(slopes)) {
    await mkdir(join(root, label), { recursive: true });
    for (let i = 0; i < perClass; i += 1)
      await writeFile(join(root, label, `${i}.png`), await encodePng(stripes(slope, `${label} ${i}`)));
  }
}

function stripes([dx, dy]: readonly [number, number], name: string): Image {
  const random = createRandom(1).fork(name);
  const [width, height] = [40 + random.integer(20), 40 + random.integer(20)];
  const period = 5 + 3 * random.next();
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const phase = (2 * Math.PI * (dx * (i % width) + dy * Math.floor(i / width))) / period;
    const value = 128 + 60 * Math.sin(phase) + 40 * random.normal();
    data.fill(Math.max(0, Math.min(255, value)), 3 * i, 3 * i + 3);
  }
  return { width, height, data };
}
