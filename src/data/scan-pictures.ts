import { parse, relative, resolve } from "node:path";
import { mapInOrder, oneAtATime } from "../base/concurrency.ts";
import type { Picture, SkippedImage } from "./manifest.ts";
import type { DecodeOptions } from "../image/decode.ts";
import { type Scan, scanImage } from "./scan-image.ts";

/** Pictures that were looked at: those that can be used, and those that cannot, each in the order given. */
export interface ScannedPictures {
  readonly pictures: readonly Picture[];
  readonly skipped: readonly SkippedImage[];
}

/** Read and decoded at the same time. */
const atOnce = 4;

/**
 * Looks at pictures from anywhere, each read, hashed and decoded once: for those that lie in no data set and that nobody
 * has labelled. Progress is counted in images. Throws the signal's reason alone; what is wrong with a file is in `skipped`.
 *
 * @example
 * const { pictures } = await scanPictures(["inbox/1.jpg", "/media/card/2.jpg"]);
 * const { matrix } = await extractFeatures(pictures, backbone, { engine, cache: null });
 */
export async function scanPictures(
  paths: readonly string[],
  options: DecodeOptions = {},
): Promise<ScannedPictures> {
  const pictures: Picture[] = [];
  const skipped: SkippedImage[] = [];
  const scanning = { ...options, largeGate: oneAtATime() };
  const scans = mapInOrder(paths, atOnce, async (path) => ({ path, scan: await look(path, scanning) }));
  for await (const { path, scan } of scans) {
    options.signal?.throwIfAborted();
    if ("error" in scan) skipped.push({ path, ...scan.error });
    else pictures.push({ path, sha256: scan.sha256, width: scan.width, height: scan.height });
    const done = pictures.length + skipped.length;
    options.report?.({
      type: "progress",
      stage: "look at images",
      done,
      total: paths.length,
      unit: "images",
    });
  }
  return { pictures, skipped };
}

async function look(path: string, options: Parameters<typeof scanImage>[2]): Promise<Scan> {
  const absolute = resolve(path);
  const { root } = parse(absolute);
  return await scanImage(root, relative(root, absolute), options);
}
