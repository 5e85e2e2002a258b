import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { isImageName } from "../../image/recognise-type.ts";
import { deadLink, linkAbove, linkedTwice, unreadableFolder } from "./folder-faults.ts";
import { isJunkFolder } from "./junk-folders.ts";
import type { SkippedImage } from "../manifest.ts";

/** A folder looked through to the bottom. Paths are relative to the folder that was asked for, "/" between parts. */
export interface Tree {
  readonly name: string;
  /** "" for the folder that was asked for. */
  readonly path: string;
  /** In the order of their names. */
  readonly folders: readonly Tree[];
  /** Files directly in it that bear a picture's name. */
  readonly pictures: readonly string[];
  /** Other files and junk folders directly in it. */
  readonly ignored: readonly string[];
  /** Folders and links directly in it that cannot be followed; for a folder that cannot be read, itself. */
  readonly skipped: readonly SkippedImage[];
}

/** A tree while it grows: a link's folder is hung in when all real folders are known. */
interface Branch extends Tree {
  readonly folders: Branch[];
  readonly pictures: string[];
  readonly ignored: string[];
  readonly skipped: SkippedImage[];
}

interface LinkedFolder {
  readonly parent: Branch;
  readonly name: string;
  readonly path: string;
}

interface Walk {
  readonly root: string;
  /** Where each folder that was looked through really lies, and under which path it did. */
  readonly seen: Map<string, string>;
  /** Links to folders, to be followed when all real folders are known. */
  readonly links: LinkedFolder[];
}

/**
 * Looks through a folder, junk left aside. Links to folders are followed, wherever they lead, and each real folder is
 * looked through once: so nothing loops and nothing is counted twice. A link back to a folder that is here already, or
 * that holds the one asked for, is named in `skipped`, and so is a folder that cannot be read.
 */
export async function readTree(root: string): Promise<Tree> {
  const real = await realpath(root).catch(() => root);
  const walk: Walk = { root, seen: new Map(), links: [] };
  const tree = await branchOf(walk, { path: "", name: "" }, real);
  for (let link = nextLink(walk); link !== undefined; link = nextLink(walk)) await follow(walk, link, real);
  return tree;
}

/** What every folder from this one down has of one kind. */
export function allBelow<K extends "pictures" | "ignored" | "skipped">(
  tree: Tree,
  kind: K,
): Tree[K][number][] {
  return [...tree[kind], ...tree.folders.flatMap((folder) => allBelow(folder, kind))];
}

/** Those with a picture in them or below. */
export function filled(folders: readonly Tree[]): Tree[] {
  return folders.filter(hasPicture);
}

function hasPicture({ pictures, folders }: Tree): boolean {
  return pictures.length > 0 || folders.some(hasPicture);
}

async function branchOf(
  walk: Walk,
  { path, name }: { path: string; name: string },
  real: string,
): Promise<Branch> {
  const branch: Branch = { name, path, folders: [], pictures: [], ignored: [], skipped: [] };
  walk.seen.set(real, path);
  const entries = await entriesOf(join(walk.root, path)).catch((error: unknown) => {
    branch.skipped.push(unreadableFolder(path, error));
    return [];
  });
  const folders = entries.map(async (entry) => await place(walk, branch, { entry, real }));
  branch.folders.push(...(await Promise.all(folders)).filter((folder) => folder !== null));
  branch.pictures.sort(); // links among them came later
  branch.ignored.sort();
  return branch;
}

/** Puts an entry where it belongs; hands back a folder's own branch. */
async function place(
  walk: Walk,
  branch: Branch,
  { entry, real }: { entry: Dirent; real: string },
): Promise<Branch | null> {
  const { name } = entry;
  const path = branch.path === "" ? name : `${branch.path}/${name}`;
  const kind = entry.isSymbolicLink() ? await kindBehind(join(walk.root, path)) : kindOf(entry);
  if (kind === "folder" && isJunkFolder(name)) branch.ignored.push(`${path}/`);
  else if (kind === "folder" && entry.isSymbolicLink()) walk.links.push({ parent: branch, name, path });
  else if (kind === "folder") return await branchOf(walk, { path, name }, join(real, name));
  else if (isImageName(name)) branch.pictures.push(path);
  else if (kind === "nothing" && extname(name) === "")
    branch.skipped.push(deadLink(path)); // a folder's, it seems
  else branch.ignored.push(path);
  return null;
}

/** The first by path, so that of two links to one folder it is always the same one that counts. */
function nextLink({ links }: Walk): LinkedFolder | undefined {
  links.sort((a, b) => (a.path < b.path ? -1 : 1));
  return links.shift();
}

async function follow(walk: Walk, { parent, name, path }: LinkedFolder, realRoot: string): Promise<void> {
  const real = await realpath(join(walk.root, path)).catch(() => null);
  if (real === null) parent.skipped.push(deadLink(path));
  else if (walk.seen.has(real)) parent.skipped.push(linkedTwice(path, walk.seen.get(real)!));
  else if (realRoot.startsWith(real.endsWith(sep) ? real : real + sep)) parent.skipped.push(linkAbove(path));
  else {
    parent.folders.push(await branchOf(walk, { path, name }, real));
    parent.folders.sort(byName);
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return (await readdir(folder, { withFileTypes: true })).sort(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function kindOf(entry: Dirent): "folder" | "file" {
  return entry.isDirectory() ? "folder" : "file";
}

async function kindBehind(link: string): Promise<"folder" | "file" | "nothing"> {
  const info = await stat(link).catch(() => null);
  if (info === null) return "nothing";
  return info.isDirectory() ? "folder" : "file";
}
