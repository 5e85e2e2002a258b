import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Tree } from "./folder-tree.ts";
import { isUnlabelledName } from "./folder-words.ts";

/** Which folders hold pictures without a label. */
export interface UnlabelledOptions {
  /** Folders, or labels of a table, of pictures without a label, beside those known by name; empty: there are none. */
  readonly unlabelled?: readonly string[] | undefined;
}

/** Tells the folders whose pictures have no label yet: those known by name, and those that the user names. */
export function unlabelledTest({ unlabelled }: UnlabelledOptions): (folder: Tree) => boolean {
  if (unlabelled?.length === 0) return () => false;
  const wanted = new Set(unlabelled?.map(folderWord));
  return ({ name, path }) =>
    [name, path].some((word) => wanted.has(folderWord(word))) || isUnlabelledName(name);
}

/** Throws E_OPTION where `unlabelled` names a folder or label that is not among `known`. */
export function requireUnlabelled({ unlabelled = [] }: UnlabelledOptions, known: readonly string[]): void {
  const words = new Set(known.map(folderWord));
  const missing = unlabelled.filter((word) => !words.has(folderWord(word)));
  if (missing.length === 0) return;
  throw new RootstockError(
    "E_OPTION",
    `unlabelled: expected one of ${quoteList(known, 12)}, got ${quoteList(missing)}.`,
    {
      hint: "Name a folder of the data set, or a label of the table.",
    },
  );
}

/** Composed, and without what a shell's completion puts around a folder's name. */
function folderWord(word: string): string {
  return word.normalize("NFC").replaceAll(/^(?:\.\/)+|\/+$/g, "");
}
