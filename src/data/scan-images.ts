import { mapInOrder, oneAtATime } from "../base/concurrency.ts";
import type { DecodeOptions } from "../image/decode.ts";
import type { FoundImage } from "./found-images.ts";
import type { SkippedImage } from "./manifest.ts";
import { openScanCache } from "./scan-cache.ts";
import { type GoodScan, type Scan, scanImage } from "./scan-image.ts";

/** Pictures read and decoded at the same time: enough for the decoder's threads, few enough to bound memory. */
const atOnce = 4;

export interface ScanOptions extends DecodeOptions {
  /** Folder where scans are kept, so that files unchanged since are not read again; nothing is kept by default. */
  readonly scanCache?: string | null | undefined;
}

/** A usable picture with what its place and its bytes tell. */
export type ScannedImage = FoundImage & GoodScan;

/** Scans every picture found, several at once; outcomes come in the order of `images`. */
export async function scanImages(
  root: string,
  images: readonly FoundImage[],
  options: ScanOptions,
): Promise<{ usable: ScannedImage[]; skipped: SkippedImage[] }> {
  const usable: ScannedImage[] = [];
  const skipped: SkippedImage[] = [];
  const cache = await openScanCache(root, options);
  const scanOptions = { ...options, largeGate: oneAtATime() };
  const scan = async (path: string): Promise<Scan> =>
    await cache.reuse(path, async () => await scanImage(root, path, scanOptions));
  const scans = mapInOrder(images, atOnce, async (found) => ({ found, scan: await scan(found.path) }));
  for await (const { found, scan } of scans) {
    options.signal?.throwIfAborted();
    if ("error" in scan) skipped.push({ path: found.path, ...scan.error });
    else usable.push({ ...found, ...scan });
    options.report?.({
      type: "progress",
      stage: "check images",
      done: usable.length + skipped.length,
      total: images.length,
      unit: "images",
    });
  }
  await cache.save();
  return { usable, skipped };
}
