import type { ErrorRecord } from "../base/errors.ts";

export type Split = "train" | "validation" | "test";

/** One usable image of a data set. */
export interface ManifestRow {
  /** Relative to the manifest's root, "/" between parts, as shown to the user. */
  readonly path: string;
  readonly label: string | null;
  readonly split?: Split;
  /** Images of one group (one plant, one patient) never part between folds. Exact duplicates are joined to one group. */
  readonly group?: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** An image that was found and could not be used. */
export interface SkippedImage extends ErrorRecord {
  readonly path: string;
}

/** A data set as a value: rows in path order, and the sorted class names. */
export interface Manifest {
  /** Absolute folder that row paths are relative to. */
  readonly root: string;
  readonly rows: readonly ManifestRow[];
  readonly classes: readonly string[];
  readonly skipped: readonly SkippedImage[];
  /** Files that are no images (text, .DS_Store, ...): how many, and the first few. */
  readonly ignored: { readonly count: number; readonly examples: readonly string[] };
  /** Findings that do not stop a run: label conflicts, imbalance, small classes. */
  readonly warnings: readonly ErrorRecord[];
}

/** The class index of each row; -1 where the label is null. Shape: N. */
export function classIndices(manifest: Manifest): Int32Array {
  const index = new Map(manifest.classes.map((name, i) => [name, i]));
  return Int32Array.from(manifest.rows, (row) => (row.label === null ? -1 : (index.get(row.label) ?? -1)));
}
