import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** What `unlabelled` asks for. */
export interface PartedUnlabelled {
  /** Folders of the data set, by name or path in it, that are set aside; undefined: those known by their names. */
  readonly aside: readonly string[] | undefined;
  /** Folders, as paths, whose photos are to be learned from without labels. */
  readonly learn: readonly string[];
}

/**
 * Parts the words of `unlabelled`: the name of a folder in the data set sets it aside; a path to a folder, seen from where the
 * command was typed, is learned from, and set aside as well where it lies inside the data set.
 */
export async function partUnlabelled(
  data: string,
  words: readonly string[] | undefined,
): Promise<PartedUnlabelled> {
  if (words === undefined || words.length === 0) return { aside: words, learn: [] };
  const aside: string[] = [];
  const learn: string[] = [];
  for (const word of words) {
    const inside = relative(resolve(data), resolve(word));
    const isInside = !isAbsolute(inside) && inside !== ".." && !inside.startsWith(`..${sep}`);
    const isPath = (await isFolder(word)) && !(await isFolder(join(data, word)));
    if (isPath) learn.push(word);
    if (!isPath) aside.push(word);
    else if (isInside && inside !== "") aside.push(inside.split(sep).join("/"));
  }
  return { aside: aside.length === 0 ? undefined : aside, learn };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
