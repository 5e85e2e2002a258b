import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BundleRecord } from "./bundle-record.ts";

/** The file in a model folder that tells its training photos: a sha256 of each, one a line, ascending. No names, no pixels. */
export const trainingHashFile = "training-photos.txt";

/** The text of that file; copies of a photo count once. */
export function formatTrainingHashes(sha256s: Iterable<string>): string {
  return [...new Set(sha256s)]
    .sort()
    .map((sha256) => `${sha256}\n`)
    .join("");
}

/** The photos that a model was trained on, by sha256; null where its folder does not tell (written by 0.1). */
export async function readTrainingHashes(
  folder: string,
  record: BundleRecord,
): Promise<ReadonlySet<string> | null> {
  if (!(trainingHashFile in record.files)) return null;
  const text = await readFile(join(folder, trainingHashFile), "utf8");
  return new Set(text.split(/\r?\n/).filter((line) => line !== ""));
}
