import type { ErrorRecord } from "../base/errors.ts";

/** What a picture is for, where a data set says so. */
export type Split = "train" | "validation" | "test";

/** A usable picture, apart from what anybody calls it: known by its bytes, wherever it lies. */
export interface Picture {
  /** As shown to the user; in a manifest relative to its root, "/" between parts. */
  readonly path: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/** What a data set says of a picture, which may change while the picture does not. */
export interface Labelling {
  /** Null: nobody has said yet. */
  readonly label: string | null;
  readonly split?: Split;
  /** Images of one group (one plant, one patient) never part between folds. Exact duplicates are joined to one group. */
  readonly group?: string;
}

/** One usable image of a data set: a picture and what the data set says of it. */
export interface ManifestRow extends Picture, Labelling {}

/** An image that was found and could not be used. */
export interface SkippedImage extends ErrorRecord {
  readonly path: string;
}

/** How folder names, or a table's columns, were read. */
export interface DataLayout {
  /** The lone folder around the class or split folders, as a path; null where there is none. */
  readonly wrapper: string | null;
  /** Where splits come from: folders around the class folders, folders inside them, a table's column, or nowhere. */
  readonly splits: "folders" | "inside classes" | "column" | "none";
  /** Paths of the folders that were taken for splits. */
  readonly splitFolders: readonly string[];
  /** Folders with a split's name that could have been read the other way: as classes, or as splits. */
  readonly doubtful: readonly string[];
}

/** Pictures that were found and are neither used nor at fault: they have no label yet. */
export interface SetAside {
  /** The folder's path; for a table, what its label column says. */
  readonly folder: string;
  /** Files with a picture's name; none of them was opened. */
  readonly count: number;
}

/** Class names that differ so little that one may be meant. */
export interface AlikeNames {
  readonly names: readonly string[];
  /** Usable pictures of each name, in the same order. */
  readonly counts: readonly number[];
}

/** The ledger that a data set's labels come from, at one of its versions. */
export interface LabelSource {
  /** Absolute path of the file. */
  readonly path: string;
  /** The whole version, 64 hex digits. */
  readonly version: string;
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
  readonly layout: DataLayout;
  readonly setAside: readonly SetAside[];
  /** Folders where a class's would be that hold no picture: paths. */
  readonly emptyFolders: readonly string[];
  /** Classes that have pictures in the holdout and none for training: they cannot be learnt. */
  readonly holdoutOnly: readonly string[];
  readonly alikeNames: readonly AlikeNames[];
  /** Paths of pictures that are each other cropped, encoded anew, mirrored or made brighter, one list each; absent: not looked for. */
  readonly nearDuplicates?: readonly (readonly string[])[] | undefined;
  /** Findings that do not stop a run, the ones above among them: copies, imbalance, small classes. */
  readonly warnings: readonly ErrorRecord[];
  /** Absent where folders or a table say the labels. */
  readonly ledger?: LabelSource;
}

/** The class index of each row; -1 where the label is null. Shape: N. */
export function classIndices(manifest: Pick<Manifest, "rows" | "classes">): Int32Array {
  const index = new Map(manifest.classes.map((name, i) => [name, i]));
  return Int32Array.from(manifest.rows, (row) => (row.label === null ? -1 : (index.get(row.label) ?? -1)));
}
