import { realpath, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { type ErrorRecord, RootstockError, quoteList } from "../base/errors.ts";
import { foldWarnings, manifestWarnings, pictureWarnings } from "./data-warnings.ts";
import { joinGroups, removeConflicts } from "./duplicates.ts";
import { findInFolder } from "./find-in-folder.ts";
import { findInTable, tableExtensions } from "./find-in-table.ts";
import type { FoundImages } from "./found-images.ts";
import type { Manifest, ManifestRow } from "./manifest.ts";
import { type ScanOptions, type ScannedImage, scanImages } from "./scan-images.ts";
import { removeStrays } from "./stray-images.ts";

export interface ReadManifestOptions extends ScanOptions {
  /** Where given, classes too small for so many folds are warned of. */
  readonly folds?: number | undefined;
}

/**
 * Reads a data set: a folder with one folder of pictures per class, `train|val|test` around them or not, or a CSV or
 * JSONL table. Every picture is hashed and decoded once; what cannot be used is named in `skipped`. Pictures equal to
 * the byte form one group with whatever groups the user gave; under two labels they are skipped.
 *
 * Throws E_DATA_NOT_FOUND, E_MANIFEST for a faulty table, E_DATA where there is no picture or a class lost its last
 * one, E_ONE_CLASS where fewer than two classes are left.
 */
export async function readManifest(path: string, options: ReadManifestOptions = {}): Promise<Manifest> {
  const { wantedClasses, ...manifest } = await scanManifest(path, options);
  for (const { code, message } of manifest.warnings) options.report?.({ type: "warning", code, message });
  requireClasses(manifest, wantedClasses);
  return manifest;
}

/** The same, without asking that the data be fit for training: what a health check reports on. */
export async function scanManifest(
  path: string,
  options: ReadManifestOptions = {},
): Promise<ScannedManifest> {
  const found = await findImages(path);
  if (found.images.length === 0) throw noImages(path, found);
  const { usable, skipped } = await scanImages(found.root, found.images, options);
  const { kept: photos, strays } = removeStrays(usable);
  const { kept, conflicts } = removeConflicts(photos);
  const rows = joinGroups(kept).map(rowOf);
  const classes = [...new Set(rows.map(({ label }) => label!))].sort();
  return {
    root: found.root,
    rows,
    classes,
    skipped: [...found.skipped, ...skipped, ...strays, ...conflicts],
    ignored: { count: found.ignored.length, examples: found.ignored.slice(0, 5) },
    warnings: [
      ...emptyClassWarnings(found),
      ...pictureWarnings(kept),
      ...manifestWarnings({ rows, classes }),
      ...(options.folds === undefined ? [] : foldWarnings({ rows, classes }, options.folds)),
    ],
    wantedClasses: [...new Set(found.images.map(({ label }) => label))].sort(),
  };
}

/** A manifest with the classes that had files, whether or not one of them is usable. */
export interface ScannedManifest extends Manifest {
  readonly wantedClasses: readonly string[];
}

async function findImages(path: string): Promise<FoundImages> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return await findInFolder(await realpath(resolve(path)));
  if (info?.isFile() === true && tableExtensions.includes(extname(path).toLowerCase()))
    return await findInTable(path);
  throw new RootstockError(
    "E_DATA_NOT_FOUND",
    `data ${JSON.stringify(path)}: expected a folder or a table (${tableExtensions.join(" ")}), ${info === null ? "found nothing" : "got another file"}.`,
    { hint: "Give a folder that holds one folder of photos per class." },
  );
}

function rowOf({ path, label, split, group, sha256, width, height }: ScannedImage): ManifestRow {
  return {
    path,
    label,
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
    sha256,
    width,
    height,
  };
}

function emptyClassWarnings({ emptyClasses }: FoundImages): ErrorRecord[] {
  if (emptyClasses.length === 0) return [];
  return [
    {
      code: "E_CLASS_TOO_SMALL",
      message: `folders without a picture are no classes: ${quoteList(emptyClasses)}.`,
      hint: "Put photos into them or remove them.",
    },
  ];
}

function noImages(path: string, { ignored, skipped }: FoundImages): RootstockError {
  const seen = [...skipped.map((one) => one.path), ...ignored];
  const got = seen.length === 0 ? "no file at all" : `only ${quoteList(seen)}`;
  return new RootstockError(
    "E_DATA",
    `data ${JSON.stringify(path)}: expected pictures in folders named after their classes, got ${got}.`,
    { hint: "Make one folder per class inside it and put the photos there." },
  );
}

/** A class that lost every picture is an error: silently dropping it would change the question asked. */
function requireClasses({ classes, skipped }: Manifest, wantedClasses: readonly string[]): void {
  const lost = wantedClasses.filter((label) => !classes.includes(label));
  if (lost.length > 0)
    throw new RootstockError(
      "E_DATA",
      `data: no usable picture is left in ${quoteList(lost)}; ${skipped.length} were skipped, first ${skipped[0]?.path} (${skipped[0]?.code}).`,
      { hint: "Mend or replace the pictures, or remove the class." },
    );
  if (wantedClasses.length < 2)
    throw new RootstockError(
      "E_ONE_CLASS",
      `data: expected at least two classes, got ${quoteList(wantedClasses)}.`,
      {
        hint: "Put the photos of each class into a folder of its own.",
      },
    );
}
