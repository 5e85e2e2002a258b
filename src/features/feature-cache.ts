import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorRecord, toErrorRecord } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { type Matrix, rowOf } from "../base/matrix.ts";
import { isSystemError, reasonOf } from "../base/system-error.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { hashBytes } from "../files/hash-file.ts";
import { type FeatureSpace, encodeSegment, readSegment, readSegmentImages } from "./segment.ts";
import { tell } from "../words/fact.ts";

/** Raised whenever the same inputs would give other numbers: old entries are then never found again. */
const codeSchema = 2;

/** Features by the sha256 of the picture, in one space. */
export interface FeatureCache {
  /** Copies the features of every known picture into its row; returns the rows still missing, in order. */
  fill(sha256s: readonly string[], into: Matrix): Promise<number[]>;
  /** The rows whose pictures are in no segment, in order: headers alone are read. */
  missing(sha256s: readonly string[]): Promise<number[]>;
  /** Of every picture in a segment: headers alone are read. */
  hashes(): Promise<Set<string>>;
  /** Keeps rows as one new segment. Throws E_DISK_FULL and E_FILE. */
  append(sha256s: readonly string[], features: Matrix): Promise<void>;
}

/**
 * A cache folder's part for one space: `features/<key>/<name>.safetensors`, each a segment of some pictures.
 * Key: sha256 of the code schema and the space; name: sha256 of the segment. Segments are only added, each by an atomic
 * rename, so processes share a folder without locks, and there is no index that could be out of date: it is the
 * segments' own headers. A segment that does not match its hash is removed with a warning and computed again.
 */
export function openFeatureCache(folder: string, space: FeatureSpace, report?: Report): FeatureCache {
  const key = keyOf(space);
  const path = join(folder, "features", key.slice(0, 32));
  const hashes = async (): Promise<Set<string>> => {
    const known = new Set<string>();
    for (const name of await segmentNames(path, report)) {
      const images = await readSegmentImages(join(path, name)).catch((): string[] => []); // `fill` says what is wrong
      for (const sha256 of images) known.add(sha256);
    }
    return known;
  };
  return {
    fill: async (sha256s, into) => {
      const wanted = new Map<string, number[]>();
      sha256s.forEach((sha256, row) => {
        const rows = wanted.get(sha256);
        if (rows === undefined) wanted.set(sha256, [row]);
        else rows.push(row);
      });
      for (const name of await segmentNames(path, report)) {
        if (wanted.size === 0) break;
        const segment = join(path, name);
        await fillFrom(segment, wanted, { key, into }).catch(async (error: unknown) => {
          await discard(segment, toErrorRecord(error), report);
        });
      }
      return [...wanted.values()].flat().sort((a, b) => a - b);
    },
    missing: async (sha256s) => {
      const known = await hashes();
      return [...sha256s.keys()].filter((row) => !known.has(sha256s[row]!));
    },
    hashes,
    append: async (sha256s, features) => {
      const bytes = encodeSegment({ key, sha256s, features, space });
      await writeFileAtomic(join(path, `${hashBytes(bytes).slice(0, 32)}.safetensors`), bytes);
    },
  };
}

function keyOf(space: FeatureSpace): string {
  return hashBytes(new TextEncoder().encode(JSON.stringify([codeSchema, space])));
}

/** Copies what a segment has of the pictures wanted, and takes them off the list. */
async function fillFrom(
  path: string,
  wanted: Map<string, number[]>,
  { key, into }: { key: string; into: Matrix },
): Promise<void> {
  const images = await readSegmentImages(path);
  if (!images.some((sha256) => wanted.has(sha256))) return;
  const { sha256s, features } = await readSegment(path, { key, dimensions: into.columns });
  sha256s.forEach((sha256, i) => {
    for (const row of wanted.get(sha256) ?? []) rowOf(into, row).set(rowOf(features, i));
    wanted.delete(sha256);
  });
}

/** A cache that cannot be read costs time, and is no reason to lose the run. */
async function segmentNames(path: string, report: Report | undefined): Promise<string[]> {
  const names = await readdir(path).catch((error: unknown) => {
    const sentence = tell("cacheUnread", { path, reason: reasonOf(error) });
    if (!isSystemError(error) || error.code !== "ENOENT")
      report?.({ type: "warning", code: "E_CACHE", ...sentence });
    return [];
  });
  return names.filter((name) => name.endsWith(".safetensors")).sort();
}

async function discard(path: string, { message }: ErrorRecord, report: Report | undefined): Promise<void> {
  const outcome = await rm(path, { force: true }).then(
    () => "removed",
    (error: unknown) => `cannot be removed (${reasonOf(error)})`,
  );
  report?.({
    type: "warning",
    code: "E_CACHE",
    ...tell("segmentDiscarded", { path, message, outcome }),
  });
}
