import { mapInOrder, oneAtATime } from "../base/concurrency.ts";
import { toErrorRecord } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import type { Fact } from "../base/fact.ts";
import type { DecodeOptions } from "../image/decode.ts";
import type { ImageFacts } from "../image/look-at-image.ts";
import type { FoundImage } from "./found-images.ts";
import type { SkippedImage } from "./manifest.ts";
import { type ScanCache, openScanCache } from "./scan-cache.ts";
import { type Scan, type ScanImageOptions, scanImage } from "./scan-image.ts";
import { tell, work } from "../words/fact.ts";

/** Who looks at pictures. */
export interface Scanner {
  /** Pictures looked at at the same time. */
  readonly atOnce: number;
  /** As `scanImage`. */
  scan(root: string, path: string, options: ScanImageOptions): Promise<Scan>;
  /** What progress is told of, where it is more than a check. */
  stage?(): { readonly stage: string; readonly fact: Fact } | null;
}

/** Enough at once for the decoder's threads, few enough to bound memory. */
const plainScanner: Scanner = { atOnce: 4, scan: scanImage };

/** How pictures are looked through. */
export interface ScanOptions extends DecodeOptions {
  /** Folder where scans are kept, so that files unchanged since are not read again; nothing is kept by default. */
  readonly scanCache?: string | null | undefined;
  /** Who looks at files that were not looked at before; default: `scanImage`. */
  readonly scanner?: Scanner | undefined;
}

/** A usable picture with what its place and its bytes tell. */
export type ScannedImage = FoundImage & ImageFacts;

/** Pictures that were scanned: those that can be used, and those that cannot. */
export interface ScannedImages {
  readonly usable: readonly ScannedImage[];
  readonly skipped: readonly SkippedImage[];
}

/** Scans every picture found, several at once; outcomes come in the order of `images`. */
export async function scanImages(
  root: string,
  images: readonly FoundImage[],
  options: ScanOptions,
): Promise<ScannedImages> {
  const cache = await openScanCache(root, options);
  const outcome = { usable: [] as ScannedImage[], skipped: [] as SkippedImage[] };
  const done = (): number => outcome.usable.length + outcome.skipped.length;
  try {
    for await (const { found, scan } of scansOf(root, images, cache, options)) {
      if ("error" in scan) outcome.skipped.push({ path: found.path, ...scan.error });
      else outcome.usable.push({ ...found, ...scan });
      const counts = { done: done(), total: images.length, unit: "images" };
      options.report?.({
        type: "progress",
        ...(options.scanner?.stage?.() ?? work("checkImages")),
        ...counts,
      });
    }
  } finally {
    await saveOrWarn(cache, { isComplete: done() === images.length, report: options.report });
  }
  return outcome;
}

async function* scansOf(
  root: string,
  images: readonly FoundImage[],
  cache: ScanCache,
  options: ScanOptions,
): AsyncGenerator<{ found: FoundImage; scan: Scan }> {
  const { scanner = plainScanner } = options;
  const scanOptions = { ...options, largeGate: oneAtATime() };
  const scan = async (path: string): Promise<Scan> =>
    await cache.reuse(path, async () => await scanner.scan(root, path, scanOptions));
  const scans = mapInOrder(images, scanner.atOnce, async (found) => ({
    found,
    scan: await scan(found.path),
  }));
  for await (const one of scans) {
    options.signal?.throwIfAborted();
    yield one;
  }
}

/** A cache that cannot be written costs time at the next run, and is no reason to lose this one. */
async function saveOrWarn(
  cache: ScanCache,
  { isComplete, report }: { isComplete: boolean; report: Report | undefined },
): Promise<void> {
  try {
    await cache.save({ isComplete });
  } catch (error) {
    const { code, message } = toErrorRecord(error);
    report?.({ type: "warning", code, ...tell("scanNotKept", { code, message }) });
  }
}
