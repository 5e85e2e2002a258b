import { type ErrorCode, type ErrorRecord, quoteList } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import { extname } from "node:path";
import { imageExtensions } from "../image/recognise-type.ts";
import { copiesOf } from "./duplicates.ts";
import { holdoutOf, leakingRows } from "./holdout.ts";
import type { AlikeNames, Manifest, ManifestRow } from "./manifest.ts";
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
    ...warn("E_IMAGE_EXTENSION", misnamed, "named as another format, read as what they are", {
      hint: "Nothing needs doing; other programs may refuse them.",
    }),
    ...warn("E_IMAGE_BLANK", blank, "of a single colour", {
      hint: "Remove them unless that is the class.",
    }),
    ...warn("E_DUPLICATE", copies, "exact copies of others, kept on one side of every fold", {
      hint: "Remove them for a truer count; they teach nothing new.",
    }),
  ];
}

/** Findings on the data set as a whole: leaks, classes that cannot be learnt, names that differ too little, imbalance. */
export function manifestWarnings(
  manifest: Pick<Manifest, "rows" | "classes" | "holdoutOnly" | "alikeNames">,
): ErrorRecord[] {
  const leaks = leakingRows(manifest).map(({ path }) => path);
  return [
    ...warn(
      "E_LEAK",
      leaks,
      "copies of pictures in the holdout, or of one group with them, kept out of training",
      {
        hint: "Remove the copies, or put each group into one split.",
      },
    ),
    ...holdoutOnly(manifest),
    ...manifest.alikeNames.map(alike),
    ...imbalance(manifest),
  ];
}

function holdoutOnly({ holdoutOnly: names }: Pick<Manifest, "holdoutOnly">): ErrorRecord[] {
  if (names.length === 0) return [];
  return [
    {
      code: "E_HOLDOUT_ONLY",
      message: `classes with pictures in the holdout and none for training, which cannot be learnt: ${quoteList(names)}.`,
      hint: "Put some of their pictures among those for training, or take the class out of the holdout.",
    },
  ];
}

function alike({ names, counts }: AlikeNames): ErrorRecord {
  const each = names.map((name, i) => `${JSON.stringify(name)} (${formatQuantity(counts[i]!, "picture")})`);
  return {
    code: "E_CLASS_NAMES",
    message: `classes whose names are nearly the same count as different ones: ${each.join(", ")}.`,
    hint: `If one class is meant, give it one name: move the pictures into one folder, or write one label in the table.`,
  };
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
    const fewer = count >= 2 ? `Use --folds ${count}, or add` : "Add";
    return {
      code: "E_CLASS_TOO_SMALL" as const,
      message: `class ${JSON.stringify(name)}: expected at least ${folds} independent pictures for ${folds} folds, got ${count}.`,
      hint: `${fewer} ${folds - count} or more pictures of it.`,
    };
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
  return [
    {
      code: "E_IMBALANCE",
      message: `classes: ${JSON.stringify(largest.name)} has ${formatQuantity(largest.count, "picture")} for training, ${JSON.stringify(smallest.name)} has ${smallest.count}.`,
      hint: `Add pictures of ${JSON.stringify(smallest.name)}, and judge by macro F1 rather than accuracy.`,
    },
  ];
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

function warn(
  code: ErrorCode,
  paths: readonly string[],
  finding: string,
  { hint }: { hint: string },
): ErrorRecord[] {
  if (paths.length === 0) return [];
  const count = formatQuantity(paths.length, "picture");
  return [{ code, message: `${finding}: ${count}, ${quoteList(paths)}.`, hint }];
}
