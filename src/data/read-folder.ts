import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isImageName } from "./list-images.ts";
import type { Split } from "./manifest.ts";

/** A file found under a class folder, before anything of it was read. */
export interface Found {
  /** Relative to the data folder, "/" between parts. */
  readonly path: string;
  readonly label: string;
  readonly split?: Split;
}

export interface FoundFiles {
  readonly images: readonly Found[];
  /** Files that are no pictures, and pictures outside any class folder. */
  readonly ignored: readonly string[];
}

/** Folder names that hold class folders instead of being one. */
const splitNames: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["val", "validation"],
  ["valid", "validation"],
  ["validation", "validation"],
  ["test", "test"],
]);

const ignoredFolders = new Set(["__MACOSX", ".ipynb_checkpoints", "@eaDir"]);

/**
 * One folder per class, pictures anywhere below it; `train`, `val`, `test` and their like may stand around the class
 * folders. They count as splits only when every non-empty folder at the top is one, so that a class may be called "test".
 */
export async function readFolder(root: string): Promise<FoundFiles> {
  const top = await entriesOf(root);
  const folders = top.filter(isClassFolder);
  const isSplit = folders.length > 0 && folders.every(({ name }) => splitNames.has(name.toLowerCase()));
  const stray = top.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const parts = isSplit
    ? await Promise.all(
        folders.map(async ({ name }) => await readClasses(root, name, splitNames.get(name.toLowerCase()))),
      )
    : [await readClasses(root, "", undefined)];
  const ignored = isSplit
    ? [...stray, ...parts.flatMap((part) => part.ignored)]
    : parts.flatMap((part) => part.ignored);
  return { images: parts.flatMap((part) => part.images).toSorted(byPath), ignored };
}

async function readClasses(root: string, folder: string, split: Split | undefined): Promise<FoundFiles> {
  const entries = await entriesOf(join(root, folder));
  const stray = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => relative(folder, name));
  const classes = entries.filter(isClassFolder);
  const files = await Promise.all(
    classes.map(async ({ name }) => ({ label: name, paths: await filesBelow(root, relative(folder, name)) })),
  );
  const images = files.flatMap(({ label, paths }) =>
    paths
      .filter(hasImageName)
      .map((path) => ({ path, label: label.normalize("NFC"), ...(split === undefined ? {} : { split }) })),
  );
  const others = files.flatMap(({ paths }) => paths.filter((path) => !hasImageName(path)));
  return { images, ignored: [...stray, ...others] };
}

/** Every file below a folder; links to folders are not followed, so nothing loops and nothing leads out. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await entriesOf(join(root, folder));
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const path = relative(folder, entry.name);
      if (!entry.isDirectory()) return [path];
      return ignoredFolders.has(entry.name) ? [] : await filesBelow(root, path);
    }),
  );
  return lists.flat();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isClassFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith(".") && !ignoredFolders.has(entry.name);
}

function hasImageName(path: string): boolean {
  return isImageName(path.slice(path.lastIndexOf("/") + 1));
}

function relative(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function byPath(a: Found, b: Found): number {
  return a.path < b.path ? -1 : 1;
}
