import type { Manifest } from "../data/manifest.ts";
import { digestOf } from "./task.ts";

/**
 * sha256 over class names and, in path order, every row's path, picture, label, split and group: equal digests mean equal
 * data. The paths are in it because their order decides the folds.
 */
export function dataDigest({ classes, rows }: Pick<Manifest, "classes" | "rows">): string {
  const facts = rows.map(({ path, sha256, label, split, group }) => [
    path,
    sha256,
    label,
    split ?? null,
    group ?? null,
  ]);
  return digestOf([classes, facts]);
}
