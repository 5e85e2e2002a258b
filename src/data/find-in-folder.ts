import { type FoundImage, type FoundImages, splitNames, withoutLabel } from "./found-images.ts";
import { type Tree, picturesBelow, readTree } from "./folder-tree.ts";
import type { Split } from "./manifest.ts";

/**
 * One folder per class, pictures anywhere below it. `train`, `val`, `test` and their like may stand around the class
 * folders; a folder of that name with pictures directly in it is a class that happens to be called so.
 */
export async function findInFolder(root: string): Promise<FoundImages> {
  const tree = await readTree(root);
  const splits = tree.folders.filter(isSplitFolder);
  const isSplit =
    splits.length === tree.folders.length || splits.some((folder) => splitOf(folder) === "train");
  const classes = isSplit
    ? splits.flatMap((folder) => folder.folders.map((one) => ({ folder: one, split: splitOf(folder)! })))
    : tree.folders.map((folder) => ({ folder }));
  const images = classes.flatMap(({ folder, ...split }) => imagesOf(folder, split));
  const labelled = new Set(images.map(({ path }) => path));
  const homeless = picturesBelow(tree).filter((path) => !labelled.has(path));
  return {
    root,
    images: images.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    skipped: [...tree.skipped, ...homeless.map((path) => withoutLabel(path, folderHint))],
    ignored: tree.ignored,
    emptyClasses: classes
      .filter(({ folder }) => picturesBelow(folder).length === 0)
      .map((one) => one.folder.path),
  };
}

const folderHint = "Put it into the folder of its class, or out of the data folder.";

function isSplitFolder(folder: Tree): boolean {
  return splitOf(folder) !== undefined && folder.folders.length > 0 && folder.pictures.length === 0;
}

function splitOf(folder: Tree): Split | undefined {
  return splitNames.get(folder.name.toLowerCase());
}

/** macOS writes "é" in two characters, others in one: the same class either way. */
function imagesOf(folder: Tree, split: { split?: Split }): FoundImage[] {
  return picturesBelow(folder).map((path) => ({ path, label: folder.name.normalize("NFC"), ...split }));
}
