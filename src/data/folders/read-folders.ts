import { type SplitFolderOptions, chooseSplits, splitsInside, withinTwin } from "./choose-splits.ts";
import { type Tree, allBelow, filled } from "./folder-tree.ts";
import { splitOf, splitWithin } from "./folder-words.ts";
import type { DataLayout, SetAside, Split } from "../manifest.ts";
import { type UnlabelledOptions, requireUnlabelled, unlabelledTest } from "./unlabelled-folders.ts";

/** How the user wants folder names read; what is left open is decided by what the folders hold. */
export interface LayoutOptions extends SplitFolderOptions, UnlabelledOptions {}

/** A folder whose name is its pictures' label. */
export interface ClassFolder {
  readonly folder: Tree;
  splitOf(path: string): Split | undefined;
}

/** What each folder of a data set is. */
export interface FolderReading {
  readonly layout: DataLayout;
  readonly classes: readonly ClassFolder[];
  /** Folders that class folders lie in, or would: a picture directly in one of them has no label. */
  readonly containers: readonly Tree[];
  readonly setAside: readonly SetAside[];
}

/**
 * Decides what each folder is: a class, a split around classes or inside them, or one of pictures without a label. A
 * lone folder around everything is looked through. Throws E_OPTION where the user names a folder that is not there.
 */
export function readFolders(tree: Tree, options: LayoutOptions = {}): FolderReading {
  requireUnlabelled(options, namesBelow(tree));
  const isAside = unlabelledTest(options);
  const container = unwrap(tree, isAside);
  const folders = container.folders.filter((folder) => !isAside(folder));
  const { splits, doubtful } = chooseSplits(folders, options);
  const reading =
    splits.length > 0 ? readSplits(container, splits, isAside) : readClasses(container, folders, options);
  const strangers = splits.length > 0 ? folders.filter((folder) => !splits.includes(folder)) : [];
  const aside = reading.containers.flatMap((one) => one.folders.filter(isAside));
  return {
    classes: reading.classes,
    containers: reading.containers,
    layout: {
      wrapper: container === tree ? null : container.path,
      splits: reading.splits,
      splitFolders: reading.splitFolders.map(({ path }) => path),
      doubtful: doubtful.map(({ path }) => path),
    },
    setAside: filled([...aside, ...reading.unlabelled, ...strangers]).map(countOf),
  };
}

interface Reading extends Pick<FolderReading, "classes" | "containers">, Pick<DataLayout, "splits"> {
  readonly splitFolders: readonly Tree[];
  /** Split folders with pictures and no class folders. */
  readonly unlabelled: readonly Tree[];
}

type FolderTest = (folder: Tree) => boolean;

function readSplits(container: Tree, splits: readonly Tree[], isAside: FolderTest): Reading {
  const labelled = splits.filter(({ folders }) => filled(folders).length > 0);
  const holders = unwrapSplits(labelled.map(withinTwin), isAside);
  const classes = holders.flatMap((holder, i) =>
    holder.folders
      .filter((folder) => !isAside(folder))
      .map((folder) => ({ folder, splitOf: () => splitWithin(labelled[i]!.name) })),
  );
  const unlabelled = splits.filter((folder) => !labelled.includes(folder));
  return {
    classes,
    containers: [container, ...holders],
    splits: "folders",
    splitFolders: splits,
    unlabelled,
  };
}

function readClasses(container: Tree, folders: readonly Tree[], { splitFolders }: LayoutOptions): Reading {
  const inside = splitFolders === false ? [] : splitsInside(folders);
  const splitAt = (path: string): Split | undefined => {
    const folder = inside.find((one) => path.startsWith(`${one.path}/`));
    return folder && splitOf(folder.name);
  };
  return {
    classes: folders.map((folder) => ({ folder, splitOf: splitAt })),
    containers: [container],
    splits: inside.length > 0 ? "inside classes" : "none",
    splitFolders: inside,
    unlabelled: [],
  };
}

/** Through a folder of one name that every split holds and that holds the classes: `train/images/<class>`. */
function unwrapSplits(splits: readonly Tree[], isAside: FolderTest): readonly Tree[] {
  const inner = splits.map(({ folders, pictures }) => {
    const [only, ...others] = filled(folders).filter((folder) => !isAside(folder));
    return only?.pictures.length === 0 && others.length + pictures.length === 0 ? only : null;
  });
  const names = new Set(inner.map((folder) => folder?.name));
  const wrappers = inner.filter((folder) => folder !== null);
  const holdsSeveral = wrappers.some(({ folders }) => filled(folders).length > 1);
  return names.size === 1 && wrappers.length === splits.length && holdsSeveral ? wrappers : splits;
}

/** Through folders that hold nothing but one other: archives often unpack into `flowers/flowers/<class>`. */
function unwrap(tree: Tree, isAside: FolderTest): Tree {
  const isLone = tree.pictures.length === 0 && tree.skipped.length === 0;
  const [only, ...others] = filled(tree.folders).filter((folder) => !isAside(folder));
  if (only === undefined || others.length > 0 || !isLone || splitOf(only.name) !== undefined) return tree;
  const inner = unwrap(only, isAside);
  const parts = filled(inner.folders).filter((folder) => !isAside(folder));
  const isSplit = parts.some(
    ({ name, folders }) => splitOf(name) !== undefined && filled(folders).length > 0,
  );
  return inner.pictures.length === 0 && (parts.length > 1 || isSplit) ? inner : tree;
}

function countOf(folder: Tree): SetAside {
  return { folder: folder.path, count: allBelow(folder, "pictures").length };
}

function namesBelow({ folders }: Tree): string[] {
  return folders.flatMap((folder) => [folder.name, folder.path, ...namesBelow(folder)]);
}
