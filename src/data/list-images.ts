import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorRecord, RootstockError, quoteList } from "../base/errors.ts";
import { readingHint, reasonOf } from "../base/system-error.ts";
import { expandGlob, isGlob } from "./expand-glob.ts";
import { type Tree, allBelow, readTree } from "./folders/folder-tree.ts";

/** A picture to look at, or why a path gives none. */
export type ListedImage = { readonly path: string } | { readonly path: string; readonly error: ErrorRecord };

/**
 * The files named, every picture inside folders named, and what patterns (`photos/*.jpg`, `**`) match, in the order
 * of `paths`. A file that is named is taken whatever its name; folders are looked through like a data set's. What does
 * not exist, cannot be read or holds no picture is an entry with its error, and no reason to lose the rest.
 * Throws E_DATA_NOT_FOUND for no path at all.
 */
export async function listImages(paths: readonly string[]): Promise<ListedImage[]> {
  if (paths.length === 0)
    throw new RootstockError("E_DATA_NOT_FOUND", "paths: expected files or folders of pictures, got none.", {
      hint: "Name a picture, a folder or a pattern.",
    });
  const lists = await Promise.all(paths.map(imagesAt));
  return lists.flat();
}

async function imagesAt(path: string): Promise<ListedImage[]> {
  try {
    const info = await stat(path);
    return info.isDirectory() ? await imagesIn(path) : [{ path }];
  } catch (cause) {
    if (!isGlob(path)) return [{ path, error: missing(path, cause) }];
  }
  const matches = await expandGlob(path);
  if (matches.length === 0) return [{ path, error: notFound(path, "nothing matches this pattern") }];
  return (await Promise.all(matches.map(imagesAt))).flat();
}

async function imagesIn(folder: string): Promise<ListedImage[]> {
  const tree = await readTree(folder);
  const pictures = allBelow(tree, "pictures").map((path) => ({ path: join(folder, path) }));
  const faults = allBelow(tree, "skipped").map(({ path, ...error }) => ({
    path: path === "" ? folder : join(folder, path),
    error: path === "" ? { ...error, message: error.message.replace('""', JSON.stringify(folder)) } : error,
  }));
  if (pictures.length + faults.length === 0) return [{ path: folder, error: emptyFolder(folder, tree) }];
  return [...pictures, ...faults].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function emptyFolder(folder: string, tree: Tree): ErrorRecord {
  const others = allBelow(tree, "ignored");
  return notFound(folder, `no picture in it${others.length > 0 ? `, only ${quoteList(others)}` : ""}`);
}

function missing(path: string, cause: unknown): ErrorRecord {
  return {
    code: "E_DATA_NOT_FOUND",
    message: `${JSON.stringify(path)}: expected a file or folder, it cannot be found (${reasonOf(cause)}).`,
    hint: readingHint(path, cause),
  };
}

function notFound(path: string, finding: string): ErrorRecord {
  return {
    code: "E_DATA_NOT_FOUND",
    message: `${JSON.stringify(path)}: ${finding}.`,
    hint: "Check the path; folders are searched for pictures.",
  };
}
