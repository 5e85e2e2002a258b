import type { ErrorCode, ErrorRecord } from "../base/errors.ts";
import { extname } from "node:path";
import { imageExtensions } from "../image/recognise-type.ts";
import { finding } from "../words/fact.ts";
import { copiesOf } from "./duplicates.ts";
import { holdoutOf, leakingRows } from "./holdout.ts";
import type { Manifest, ManifestRow } from "./manifest.ts";
import type { ScannedImage } from "./scan-images.ts";

/** A largest class this many times the smallest makes plain accuracy misleading. */
export const imbalanceLimit = 5;

/** Findings on single pictures that stay in. */
export function pictureWarnings(images: readonly ScannedImage[]): ErrorRecord[] {
  const pathsWhere = (test: (image: ScannedImage) => boolean): string[] =>
    images.filter(test).map(({ path }) => path);
  const misnamed = pathsWhere(({ path, type }) => imageExtensions.get(extname(path).toLowerCase()) !== type);
  const blank = pathsWhere(({ colours }) => colours === 1);
  const copies = [...copiesOf(images).values()].flatMap((list) => list.slice(1).map(({ path }) => path));
  return [
    ...about("E_IMAGE_EXTENSION", "misnamed", misnamed),
    ...about("E_IMAGE_BLANK", "blank", blank),
    ...about("E_DUPLICATE", "copies", copies),
  ];
}

/** Findings on the data set as a whole: leaks, classes that cannot be learnt, names that differ too little, imbalance. */
export function manifestWarnings(
  manifest: Pick<Manifest, "rows" | "classes" | "holdoutOnly" | "alikeNames" | "nearDuplicates">,
): ErrorRecord[] {
  const leaks = leakingRows(manifest).map(({ path }) => path);
  return [
    ...about("E_LEAK", "leaks", leaks),
    ...nearCopies(manifest),
    ...holdoutOnly(manifest),
    ...manifest.alikeNames.map(({ names, counts }) => finding("E_CLASS_NAMES", "alike", { names, counts })),
    ...imbalance(manifest),
  ];
}

/** One finding for all of them, and one for those whose labels differ: there one of the labels is wrong, or both things are in the picture. */
function nearCopies({ rows, nearDuplicates = [] }: Pick<Manifest, "rows" | "nearDuplicates">): ErrorRecord[] {
  if (nearDuplicates.length === 0) return [];
  const labels = new Map(rows.map(({ path, label }) => [path, label]));
  const mixed = nearDuplicates.filter((paths) => new Set(paths.map((path) => labels.get(path))).size > 1);
  return [
    finding("E_NEAR_DUPLICATE", "nearCopies", { count: nearDuplicates.length, paths: nearDuplicates.flat() }),
    ...(mixed.length === 0 ? [] : [finding("E_NEAR_DUPLICATE", "nearConflict", { paths: mixed.flat() })]),
  ];
}

function holdoutOnly({ holdoutOnly: names }: Pick<Manifest, "holdoutOnly">): ErrorRecord[] {
  if (names.length === 0) return [];
  return [finding("E_HOLDOUT_ONLY", "holdoutOnly", { classes: names })];
}

/**
 * Classes with fewer independent pictures (groups) for training than `folds`: some folds then test none of them, and
 * with fewer than two the class is either taught or tested, never both.
 */
export function foldWarnings(manifest: Pick<Manifest, "rows" | "classes">, folds: number): ErrorRecord[] {
  const counts = independentCounts(manifest);
  return manifest.classes.flatMap((name) => {
    const count = counts.get(name) ?? 0;
    const isHoldoutOnly = count === 0 && manifest.rows.some(({ label }) => label === name);
    if (count >= folds || isHoldoutOnly) return []; // that it cannot be learnt at all is told already
    return finding("E_CLASS_TOO_SMALL", "tooSmall", { name, folds, count });
  });
}

/** Groups and single pictures of each class that train. */
function independentCounts({ rows }: Pick<Manifest, "rows">): Map<string, number> {
  const seen = new Map<string, Set<string>>();
  for (const i of holdoutOf({ rows }).training) {
    const { label, group, path } = rows[i]!;
    if (label === null) continue;
    seen.set(
      label,
      (seen.get(label) ?? new Set()).add(group === undefined ? `path ${path}` : `group ${group}`),
    );
  }
  return new Map([...seen].map(([label, keys]) => [label, keys.size]));
}

function imbalance({ rows, classes }: Pick<Manifest, "rows" | "classes">): ErrorRecord[] {
  const training = Array.from(holdoutOf({ rows }).training, (i) => rows[i]!);
  const { largest, smallest, ratio } = imbalanceOf(training, classes);
  if (!Number.isFinite(ratio) || ratio < imbalanceLimit) return []; // a class without pictures is told elsewhere
  const sizes = { largeCount: largest.count, smallCount: smallest.count };
  return [finding("E_IMBALANCE", "imbalance", { large: largest.name, small: smallest.name, ...sizes })];
}

/** The largest and the smallest class, and how many times the one is the other. */
export function imbalanceOf(
  rows: readonly ManifestRow[],
  classes: readonly string[],
): { largest: ClassCount; smallest: ClassCount; ratio: number } {
  const counts = classes
    .map((name) => ({ name, count: rows.filter(({ label }) => label === name).length }))
    .toSorted((a, b) => b.count - a.count);
  const none = { name: "", count: 0 };
  const [largest, smallest] = [counts[0] ?? none, counts.at(-1) ?? none];
  return { largest, smallest, ratio: largest.count / smallest.count };
}

/** A class and its number of pictures. */
export interface ClassCount {
  readonly name: string;
  readonly count: number;
}

function about(
  code: ErrorCode,
  name: "misnamed" | "blank" | "copies" | "leaks",
  paths: readonly string[],
): ErrorRecord[] {
  return paths.length === 0 ? [] : [finding(code, name, { paths })];
}
