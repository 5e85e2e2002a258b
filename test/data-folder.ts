import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRandom } from "../src/base/random.ts";
import { encodePng } from "../src/image/encode-png.ts";

/** A data set in a folder of its own, for one test. */
export interface DataFolder extends AsyncDisposable {
  readonly root: string;
  /** Writes a file, making its folders. */
  put(path: string, content: string | Uint8Array): Promise<void>;
}

/** An empty folder that goes away at the end of the block. */
export async function createDataFolder(): Promise<DataFolder> {
  const root = await mkdtemp(join(tmpdir(), "rootstock-data-"));
  return {
    root,
    put: async (path, content) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    [Symbol.asyncDispose]: async () => await rm(root, { recursive: true, force: true }),
  };
}

/** A PNG of noise, its own for every seed. */
export async function noisePng(seed: number, { width = 12, height = 10 } = {}): Promise<Uint8Array> {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return await encodePng({ width, height, data });
}
