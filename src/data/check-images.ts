import type { ErrorCode, ErrorRecord } from "../base/errors.ts";
import { foldWarnings, imbalanceOf } from "./data-warnings.ts";
import { copiesOf } from "./duplicates.ts";
import { holdoutOf } from "./holdout.ts";
import type { Manifest, ManifestRow, SkippedImage, Split } from "./manifest.ts";
import { type ReadManifestOptions, type SourceOptions, scanManifest } from "./read-manifest.ts";

/** A data set's state of health as plain data: the output of `rootstock check --json` and a part of the report. */
export interface DataHealth {
  readonly path: string;
  /** Usable pictures. */
  readonly images: number;
  readonly classes: readonly ClassHealth[];
  /** Usable pictures by split; "none" where the data set has no splits. */
  readonly splits: Readonly<Record<Split | "none", number>>;
  /** Pictures scored once at the end, and those left for training and folds. */
  readonly holdout: number;
  readonly training: number;
  /** Pixels, after EXIF orientation; null without a usable picture. */
  readonly shortSide: Spread | null;
  readonly longSide: Spread | null;
  readonly skipped: readonly SkippedImage[];
  readonly skippedByCode: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly ignored: Manifest["ignored"];
  readonly layout: Manifest["layout"];
  readonly setAside: Manifest["setAside"];
  readonly emptyFolders: Manifest["emptyFolders"];
  readonly holdoutOnly: Manifest["holdoutOnly"];
  readonly alikeNames: Manifest["alikeNames"];
  /** Paths of pictures that are equal to the byte, one list each. */
  readonly duplicates: readonly (readonly string[])[];
  /** Paths of pictures that are each other cropped, encoded anew, mirrored or made brighter, one list each. */
  readonly nearDuplicates: readonly (readonly string[])[];
  /** Training pictures of the largest class over those of the smallest; null where a class has none. */
  readonly imbalance: number | null;
  readonly warnings: readonly ErrorRecord[];
}

/** How many usable pictures a class has, and for what. */
export interface ClassHealth {
  readonly name: string;
  readonly images: number;
  readonly training: number;
  readonly holdout: number;
}

/** Smallest, middle and largest of some sizes, in pixels. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * Reads and decodes every picture of a data set and tells what it found; only data that cannot be found or read at all
 * throws (E_DATA_NOT_FOUND, E_MANIFEST, E_DATA). `folds` (default 5) is what class sizes are judged against.
 */
export async function checkImages(path: string, options: ReadManifestOptions = {}): Promise<DataHealth> {
  return await checkFrom(path, options);
}

/** The same from any source. */
export async function checkFrom(path: string, options: SourceOptions): Promise<DataHealth> {
  const { folds = 5, ...scanOptions } = options;
  const manifest = await scanManifest(path, scanOptions);
  const { rows, classes, wantedClasses, skipped, ignored, layout, setAside } = manifest;
  const split = holdoutOf(manifest);
  const training = Array.from(split.training, (i) => rows[i]!);
  const holdout = Array.from(split.holdout, (i) => rows[i]!);
  const { ratio } = imbalanceOf(training, classes);
  return {
    path,
    images: rows.length,
    classes: wantedClasses.map((name) => ({
      name,
      images: countOf(rows, name),
      training: countOf(training, name),
      holdout: countOf(holdout, name),
    })),
    splits: splitCounts(rows),
    holdout: holdout.length,
    training: training.length,
    shortSide: spreadOf(rows.map(({ width, height }) => Math.min(width, height))),
    longSide: spreadOf(rows.map(({ width, height }) => Math.max(width, height))),
    skipped,
    skippedByCode: countCodes(skipped),
    ignored,
    layout,
    setAside,
    emptyFolders: manifest.emptyFolders,
    holdoutOnly: manifest.holdoutOnly,
    alikeNames: manifest.alikeNames,
    duplicates: duplicatesOf(rows),
    nearDuplicates: manifest.nearDuplicates ?? [],
    imbalance: Number.isFinite(ratio) ? ratio : null,
    warnings: [...manifest.warnings, ...foldWarnings({ rows, classes: wantedClasses }, folds)],
  };
}

function countOf(rows: readonly ManifestRow[], name: string): number {
  return rows.filter(({ label }) => label === name).length;
}

function splitCounts(rows: readonly ManifestRow[]): Record<Split | "none", number> {
  const counts = { train: 0, validation: 0, test: 0, none: 0 };
  for (const { split = "none" } of rows) counts[split] += 1;
  return counts;
}

function countCodes(skipped: readonly SkippedImage[]): Partial<Record<ErrorCode, number>> {
  const counts: Partial<Record<ErrorCode, number>> = {};
  for (const { code } of skipped) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function duplicatesOf(rows: readonly ManifestRow[]): string[][] {
  return [...copiesOf(rows).values()]
    .filter((copies) => copies.length > 1)
    .map((copies) => copies.map(({ path }) => path));
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! };
}
