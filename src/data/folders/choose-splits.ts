import { RootstockError, quoteList } from "../../base/errors.ts";
import { type Tree, allBelow, filled } from "./folder-tree.ts";
import { splitOf, splitWithin } from "./folder-words.ts";

/** What folders called train, test and so on are. */
export interface SplitFolderOptions {
  /** True: folders called like splits are splits; false: they are classes; left out: what they hold decides. */
  readonly splitFolders?: boolean | undefined;
}

/** Which folders are splits, and what was doubtful about it. */
export interface ChosenSplits {
  readonly splits: readonly Tree[];
  /** Those that could have been read the other way. */
  readonly doubtful: readonly Tree[];
}

const noSplits: ChosenSplits = { splits: [], doubtful: [] };

/**
 * The split folders among folders that lie side by side, and the ones that could have been read the other way.
 *
 * A folder with a split's name is a split if it holds folders and either stands beside no other kind of folder, or
 * shares a class folder's name with another split; else it is a class that happens to be called so. A name with a
 * split's among other words (`seg_train`) counts where the classes are shared. Split folders without any class folder
 * are splits of pictures without labels. Throws E_OPTION where splits are demanded and no folder is called so.
 */
export function chooseSplits(folders: readonly Tree[], { splitFolders }: SplitFolderOptions): ChosenSplits {
  const named = folders.filter(({ name }) => splitOf(name) !== undefined);
  const hinted = folders.filter(({ name }) => splitWithin(name) !== undefined);
  if (splitFolders === false) return noSplits;
  if (splitFolders === true)
    return { splits: requireSplits(named.length > 0 ? named : hinted, folders), doubtful: [] };
  if (named.length === 0) return sharesClasses(hinted) ? { splits: hinted, doubtful: hinted } : noSplits;
  const structured = named.filter(holdsClasses);
  const isAlone = filled(folders).every((folder) => named.includes(folder));
  const isShared = sharesClasses(structured);
  if (isShared) return { splits: named, doubtful: isAlone ? [] : structured };
  if (isAlone) return { splits: named, doubtful: structured.length > 1 ? structured : [] };
  return { splits: [], doubtful: structured };
}

/**
 * The split folders inside class folders (`rose/train`, `rose/test`): there are some where no class folder holds
 * anything else and two splits are among them.
 */
export function splitsInside(classes: readonly Tree[]): readonly Tree[] {
  const holders = filled(classes);
  const inner = holders.flatMap(({ folders }) => filled(folders));
  const kinds = new Set(inner.map(({ name }) => splitOf(name)));
  const isPure = holders.every(({ pictures }) => pictures.length === 0) && !kinds.has(undefined);
  return isPure && kinds.size > 1 ? inner : [];
}

/** Through a lone folder of the same name: archives often unpack into `seg_train/seg_train/<class>`. */
export function withinTwin(folder: Tree): Tree {
  const [only, ...others] = filled(folder.folders);
  const isTwin = only?.name === folder.name && others.length + folder.pictures.length === 0;
  return isTwin ? withinTwin(only) : folder;
}

/** Most of its pictures lie in folders of their own. */
function holdsClasses({ folders, pictures }: Tree): boolean {
  const inside = folders.reduce((sum, folder) => sum + allBelow(folder, "pictures").length, 0);
  return inside > 0 && inside >= pictures.length;
}

/** Whether folders of two splits hold a class folder of the same name. */
function sharesClasses(splits: readonly Tree[]): boolean {
  const splitsOf = new Map<string, Set<string>>();
  for (const split of splits)
    for (const { name } of filled(withinTwin(split).folders))
      splitsOf.set(name, (splitsOf.get(name) ?? new Set()).add(splitWithin(split.name)!));
  return [...splitsOf.values()].some(({ size }) => size > 1);
}

function requireSplits(named: readonly Tree[], folders: readonly Tree[]): readonly Tree[] {
  if (named.length > 0) return named;
  throw new RootstockError(
    "E_OPTION",
    `split folders: expected folders called train, validation or test, got ${quoteList(folders.map(({ name }) => name))}.`,
    { hint: "Leave --split-folders away where the folders are classes." },
  );
}
