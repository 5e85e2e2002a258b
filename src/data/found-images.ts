import type { SkippedImage, Split } from "./manifest.ts";

/** A file that should be a picture, before anything of it was read. */
export interface FoundImage {
  /** Relative to the data set's root, "/" between parts. */
  readonly path: string;
  readonly label: string;
  readonly split?: Split;
  /** As the user's table gives it. */
  readonly group?: string;
}

/** What looking through a folder or a table gives. */
export interface FoundImages {
  /** Absolute. */
  readonly root: string;
  /** In path order. */
  readonly images: readonly FoundImage[];
  /** Refused by their place: links to folders, pictures without a label. */
  readonly skipped: readonly SkippedImage[];
  /** Files that are no pictures. */
  readonly ignored: readonly string[];
  /** Class folders without a picture. */
  readonly emptyClasses: readonly string[];
}

/** The names under which splits are known, in lower case. */
export const splitNames: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["val", "validation"],
  ["valid", "validation"],
  ["validation", "validation"],
  ["test", "test"],
  ["testing", "test"],
]);

/** A picture that no class folder and no table gives a label. */
export function withoutLabel(path: string, hint: string): SkippedImage {
  return {
    path,
    code: "E_LABEL_MISSING",
    message: `${JSON.stringify(path)}: expected a label, got none.`,
    hint,
  };
}
