import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { mapInOrder } from "../base/concurrency.ts";
import type { DecodeOptions } from "../image/decode.ts";
import { joinDuplicates } from "./duplicates.ts";
import type { Manifest, ManifestRow, SkippedImage } from "./manifest.ts";
import { type Found, readFolder } from "./read-folder.ts";
import { scanImage } from "./scan-image.ts";

/** Pictures read and decoded at the same time: enough for the decoder's threads, few enough to bound memory. */
const atOnce = 4;

/**
 * Reads a data set: a folder with one folder of pictures per class. Every picture is hashed and decoded once; what
 * cannot be used is named in `skipped`. Pictures equal to the byte form one group; under two labels they are skipped.
 *
 * Throws E_DATA_NOT_FOUND, E_DATA where there is no picture, E_ONE_CLASS where fewer than two classes are left.
 */
export async function readManifest(path: string, options: DecodeOptions = {}): Promise<Manifest> {
  const root = await requireFolder(path);
  const { images, ignored } = await readFolder(root);
  if (images.length === 0) throw noImages(path, ignored);
  const { rows, skipped } = await scanAll(root, images, options);
  const joined = joinDuplicates(rows);
  const manifest = {
    root,
    rows: joined.rows,
    classes: [...new Set(joined.rows.map((row) => row.label!))].sort(),
    skipped: [...skipped, ...joined.conflicts],
    ignored: { count: ignored.length, examples: ignored.slice(0, 5) },
    warnings: [],
  };
  requireClasses(manifest, images);
  return manifest;
}

async function requireFolder(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return await realpath(resolve(path));
  throw new RootstockError(
    "E_DATA_NOT_FOUND",
    `data ${JSON.stringify(path)}: expected a folder, ${info === null ? "found nothing" : "got a file"}.`,
    {
      hint: "Give a folder that holds one folder of photos per class.",
    },
  );
}

async function scanAll(
  root: string,
  images: readonly Found[],
  options: DecodeOptions,
): Promise<{ rows: ManifestRow[]; skipped: SkippedImage[] }> {
  const rows: ManifestRow[] = [];
  const skipped: SkippedImage[] = [];
  const scans = mapInOrder(images, atOnce, async (found) => ({
    found,
    scan: await scanImage(join(root, found.path), root, options),
  }));
  for await (const { found, scan } of scans) {
    if ("error" in scan) skipped.push({ path: found.path, ...scan.error });
    else rows.push({ ...found, ...scan });
    options.report?.({
      type: "progress",
      stage: "check images",
      done: rows.length + skipped.length,
      total: images.length,
      unit: "images",
    });
  }
  return { rows, skipped };
}

function noImages(path: string, ignored: readonly string[]): RootstockError {
  const seen = ignored.length === 0 ? "no file at all" : `only ${quoteList(ignored)}`;
  return new RootstockError(
    "E_DATA",
    `data ${JSON.stringify(path)}: expected pictures in folders named after their classes, got ${seen}.`,
    {
      hint: "Make one folder per class inside it and put the photos there.",
    },
  );
}

/** A class that lost every picture is an error: silently dropping it would change the question asked. */
function requireClasses(manifest: Manifest, found: readonly Found[]): void {
  const wanted = [...new Set(found.map(({ label }) => label))].sort();
  const lost = wanted.filter((label) => !manifest.classes.includes(label));
  if (lost.length > 0)
    throw new RootstockError(
      "E_DATA",
      `data: no usable picture is left in ${quoteList(lost)}; ${manifest.skipped.length} were skipped, first ${manifest.skipped[0]?.path} (${manifest.skipped[0]?.code}).`,
      {
        hint: "Mend or replace the pictures, or remove the class folder.",
      },
    );
  if (wanted.length < 2)
    throw new RootstockError(
      "E_ONE_CLASS",
      `data: expected at least two classes, got ${quoteList(wanted)}.`,
      {
        hint: "Put the photos of each class into a folder of its own.",
      },
    );
}
