import type { DataLayout, Labelling, SetAside, SkippedImage } from "./manifest.ts";

/** A file that should be a picture, before anything of it was read; its group is as the user's table gives it. */
export interface FoundImage extends Labelling {
  /** Relative to the data set's root, "/" between parts. */
  readonly path: string;
}

/** What looking through a folder or a table gives. */
export interface FoundImages {
  /** Absolute. */
  readonly root: string;
  /** In path order. */
  readonly images: readonly FoundImage[];
  /** Refused by their place: folders that cannot be read, pictures without a label or outside the table's folder. */
  readonly skipped: readonly SkippedImage[];
  /** Of those, the ones that stand where a class does. */
  readonly lost: readonly SkippedImage[];
  /** Files that are no pictures. */
  readonly ignored: readonly string[];
  /** Folders where a class's would be that hold no picture. */
  readonly emptyFolders: readonly string[];
  readonly layout: DataLayout;
  readonly setAside: readonly SetAside[];
}

/** A picture that no class folder and no table gives a label. */
export function withoutLabel(path: string, hint: string): SkippedImage {
  return {
    path,
    code: "E_LABEL_MISSING",
    message: `${JSON.stringify(path)}: expected a label, got none.`,
    hint,
  };
}
