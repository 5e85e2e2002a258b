import { dirname, join, relative, sep } from "node:path";
import { mapInOrder } from "../../base/concurrency.ts";
import type { WorkOptions } from "../../base/events.ts";
import { allBelow, readTree } from "../../data/folders/folder-tree.ts";
import { hashFile } from "../../files/hash-file.ts";
import { work } from "../../words/fact.ts";

/** Where photos are looked for. */
export interface FindByBytesOptions extends WorkOptions {
  /** Looked through to the bottom; paths are relative to it. */
  readonly root: string;
  /** Paths of photos; the folder around those that lie outside the root is looked through too. */
  readonly paths: readonly string[];
  /** Paths that need no look. */
  readonly besides: ReadonlySet<string>;
}

const atOnce = 8;

/** Where files with these bytes lie: paths by sha256. Files that cannot be read are passed over. */
export async function findByBytes(
  wanted: ReadonlySet<string>,
  { root, paths, besides, report, signal }: FindByBytesOptions,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (wanted.size === 0) return found;
  const candidates = new Set<string>();
  for (const folder of foldersOf(root, paths))
    for (const path of allBelow(await readTree(folder), "pictures"))
      candidates.add(relative(root, join(folder, path)).split(sep).join("/"));
  const files = [...candidates].filter((path) => !besides.has(path));
  let done = 0;
  const hashes = mapInOrder(files, atOnce, async (path) => ({
    path,
    sha256: await hashFile(join(root, path), { signal }).catch(() => ""),
  }));
  for await (const { path, sha256 } of hashes) {
    signal?.throwIfAborted();
    if (wanted.has(sha256) && !found.has(sha256)) found.set(sha256, path);
    done += 1;
    report?.({ type: "progress", ...work("findPhotos"), done, total: files.length, unit: "images" });
    if (found.size === wanted.size) break;
  }
  return found;
}

/** The root, and the folder around the photos outside it. */
function foldersOf(root: string, paths: readonly string[]): string[] {
  const outside = paths.filter((path) => path.startsWith("../")).map((path) => dirname(join(root, path)));
  if (outside.length === 0) return [root];
  return [root, outside.reduce(around)];
}

function around(a: string, b: string): string {
  let folder = a;
  while (folder !== dirname(folder) && b !== folder && !b.startsWith(folder + sep)) folder = dirname(folder);
  return folder;
}
