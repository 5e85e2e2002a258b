import { type FoundImage, type FoundImages, withoutLabel } from "../found-images.ts";
import { type Tree, allBelow, filled, readTree } from "./folder-tree.ts";
import { splitOf } from "./folder-words.ts";
import type { SkippedImage } from "../manifest.ts";
import { findNameless } from "./nameless-pictures.ts";
import { type ClassFolder, type FolderReading, type LayoutOptions, readFolders } from "./read-folders.ts";

/**
 * One folder per class, pictures anywhere below it; `train`, `val`, `test` and their like may stand around the class
 * folders or inside them. Where no folder is a class, the pictures are found without a label. A folder that stands
 * where classes do and cannot be read or followed, or whose files are pictures without a picture's name, is in
 * `lost`: without it another question would be answered than was asked.
 */
export async function findInFolder(root: string, options: LayoutOptions = {}): Promise<FoundImages> {
  const tree = await readTree(root);
  const reading = readFolders(tree, options);
  const labelled = reading.classes.flatMap(imagesOf);
  const direct = reading.containers.flatMap(({ pictures }) => pictures);
  const empty = reading.classes.map(({ folder }) => folder).filter((folder) => filled([folder]).length === 0);
  const nameless = await findNameless(root, empty);
  const isLabelled = labelled.length > 0;
  return {
    root,
    images: (isLabelled ? labelled : unlabelledImages(tree)).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    skipped: [
      ...allBelow(tree, "skipped"),
      ...nameless,
      ...(isLabelled ? direct.map((path) => withoutLabel(path, folderHint)) : []),
    ],
    lost: [...lostFolders(reading, tree), ...nameless],
    ignored: allBelow(tree, "ignored"),
    emptyFolders: empty.filter((folder) => isTrulyEmpty(folder, nameless)).map(({ path }) => path),
    layout: reading.layout,
    setAside: isLabelled ? reading.setAside : [],
  };
}

const folderHint = "Put it into the folder of its class, or out of the data folder.";

/** macOS writes "é" in two characters, others in one: the same class either way. */
function imagesOf({ folder, splitOf: splitAt }: ClassFolder): FoundImage[] {
  return allBelow(folder, "pictures").map((path) => {
    const split = splitAt(path);
    return { path, label: folder.name.normalize("NFC"), ...(split === undefined ? {} : { split }) };
  });
}

/** Every picture there is, with the split of the folders around it. */
function unlabelledImages(tree: Tree): FoundImage[] {
  return allBelow(tree, "pictures").map((path) => {
    const split = path
      .split("/")
      .slice(0, -1)
      .map(splitOf)
      .find((one) => one !== undefined);
    return { path, label: null, ...(split === undefined ? {} : { split }) };
  });
}

/** What stands directly where classes and splits do and was skipped. */
function lostFolders({ containers, classes, layout }: FolderReading, tree: Tree): SkippedImage[] {
  const holders = new Set([tree, ...containers].map(({ path }) => path));
  const places = new Set([...classes.map(({ folder }) => folder.path), ...layout.splitFolders]);
  return allBelow(tree, "skipped").filter(
    ({ path }) => places.has(path) || holders.has(path.slice(0, Math.max(0, path.lastIndexOf("/")))),
  );
}

function isTrulyEmpty({ path, skipped }: Tree, nameless: readonly SkippedImage[]): boolean {
  return skipped.length === 0 && !nameless.some((one) => one.path === path);
}
