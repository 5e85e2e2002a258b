import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../base/system-error.ts";
import { isImageName } from "./list-images.ts";
import type { SkippedImage } from "./manifest.ts";

/** A folder looked through to the bottom. Paths are relative to the data set's root, "/" between parts. */
export interface Tree {
  readonly name: string;
  readonly path: string;
  readonly folders: readonly Tree[];
  /** Files directly in this folder that bear a picture's name. */
  readonly pictures: readonly string[];
  /** Other files, here and below. */
  readonly ignored: readonly string[];
  /** Links to folders and folders that cannot be read, here and below. */
  readonly skipped: readonly SkippedImage[];
}

/** Left by systems and tools beside pictures; nothing in them is the user's. */
const systemFolders = new Set(["__MACOSX", ".ipynb_checkpoints", "@eaDir", ".git"]);

/**
 * Looks through a folder. Links to folders are named and not followed, so nothing loops, nothing leads out and
 * nothing is counted twice. System folders and hidden ones count as one ignored entry each.
 */
export async function readTree(root: string, path = "", name = ""): Promise<Tree> {
  const entries = await entriesOf(join(root, path)).catch((error: Error) => error);
  if (entries instanceof Error) return { ...emptyTree(path, name), skipped: [unreadable(path, entries)] };
  const parts = await Promise.all(entries.map(async (entry) => await partOf(root, path, entry)));
  return {
    name,
    path,
    folders: parts.flatMap(({ folder }) => folder ?? []),
    pictures: parts.flatMap(({ picture }) => picture ?? []),
    ignored: parts.flatMap(({ folder, ignored }) => folder?.ignored ?? ignored ?? []),
    skipped: parts.flatMap(({ folder, skipped }) => folder?.skipped ?? skipped ?? []),
  };
}

/** Every picture in a folder and below. */
export function picturesBelow({ pictures, folders }: Tree): string[] {
  return [...pictures, ...folders.flatMap(picturesBelow)];
}

interface Part {
  readonly folder?: Tree;
  readonly picture?: string;
  readonly ignored?: string;
  readonly skipped?: SkippedImage;
}

async function partOf(root: string, folder: string, entry: Dirent): Promise<Part> {
  const { name } = entry;
  const path = folder === "" ? name : `${folder}/${name}`;
  if (entry.isDirectory()) {
    const isSystem = name.startsWith(".") || systemFolders.has(name);
    return isSystem ? { ignored: `${path}/` } : { folder: await readTree(root, path, name) };
  }
  if (entry.isSymbolicLink() && (await leadsToFolder(join(root, path))))
    return { skipped: linkedFolder(path) };
  return isImageName(name) ? { picture: path } : { ignored: path };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function leadsToFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function emptyTree(path: string, name: string): Tree {
  return { name, path, folders: [], pictures: [], ignored: [], skipped: [] };
}

function linkedFolder(path: string): SkippedImage {
  return {
    path,
    code: "E_IMAGE_LINK",
    message: `${JSON.stringify(path)}: expected a folder, got a link to one; links to folders are not followed.`,
    hint: "Move the folder itself here, or list its pictures in a CSV table.",
  };
}

function unreadable(path: string, error: Error): SkippedImage {
  return {
    path,
    code: "E_IMAGE_UNREADABLE",
    message: `${JSON.stringify(path)}: the folder cannot be read (${reasonOf(error)}).`,
    hint: "Check that you may read it.",
  };
}
