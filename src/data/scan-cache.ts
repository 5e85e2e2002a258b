import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashBytes } from "../files/hash-file.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import type { Scan } from "./scan-image.ts";

/** Scans of an earlier run, for files that are the same since: same size, time of change and file number. */
export interface ScanCache {
  /** The kept scan of a file, or `scan`'s outcome, kept from now on. */
  reuse(path: string, scan: () => Promise<Scan>): Promise<Scan>;
  /** Writes what was used or made in this run; a run that was stopped keeps the rest too. */
  save(options: { isComplete: boolean }): Promise<void>;
}

/** Raised whenever a scan would tell something else of the same file. */
const schema = 3;

/** `size`, `mtimeMs`, `ctimeMs`, `ino`: the change time moves even when somebody sets the time of modification back. */
type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number];
type Kept = Map<string, readonly [Stamp, Scan]>;

/**
 * Opens the cache of one data folder: one JSON file in `scanCache`. A damaged or missing file is an empty cache, for
 * a cache may always be dropped. Without `scanCache` nothing is kept.
 */
export async function openScanCache(
  root: string,
  { scanCache, pixelLimit }: { scanCache?: string | null | undefined; pixelLimit?: number | undefined },
): Promise<ScanCache> {
  if (scanCache == null) return { reuse: async (_path, scan) => await scan(), save: async () => undefined };
  const key = hashBytes(Buffer.from(JSON.stringify([schema, root, pixelLimit ?? null])));
  const file = join(scanCache, `${key.slice(0, 32)}.json`);
  const kept = await readKept(file);
  const current: Kept = new Map();
  return {
    reuse: async (path, scan) => {
      const stamp = await stampOf(join(root, path));
      const [then, earlier] = kept.get(path) ?? [];
      const isSame = stamp !== null && then?.every((value, i) => value === stamp[i]) === true;
      const outcome = isSame ? earlier! : await scan();
      if (stamp !== null && isLasting(outcome)) current.set(path, [stamp, outcome]);
      return outcome;
    },
    save: async ({ isComplete }) =>
      await writeFileAtomic(file, JSON.stringify([...(isComplete ? [] : kept), ...current])),
  };
}

/** Rights may change while the file does not. */
function isLasting(scan: Scan): boolean {
  return !("error" in scan && scan.error.code === "E_IMAGE_UNREADABLE");
}

async function stampOf(path: string): Promise<Stamp | null> {
  const info = await stat(path).catch(() => null);
  return info === null ? null : [info.size, info.mtimeMs, info.ctimeMs, info.ino];
}

async function readKept(file: string): Promise<Kept> {
  try {
    return new Map(JSON.parse(await readFile(file, "utf8")) as [string, [Stamp, Scan]][]);
  } catch {
    return new Map();
  }
}
