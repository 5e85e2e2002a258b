import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { isJunkFolder } from "./folders/junk-folders.ts";

/** True for a path with `*`, `?`, `[...]` or `{a,b}` in it: a pattern that no shell has expanded, if no file is called so. */
export function isGlob(path: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^}]*,[^}]*\}/.test(path);
}

/**
 * Files and folders that a pattern matches, in the order of their names, as a shell would give them: `*` and `?` do not
 * cross "/", `**` stands for any number of folders, hidden names are matched by patterns that begin with a dot alone.
 * Folders that cannot be read match nothing.
 */
export async function expandGlob(pattern: string): Promise<string[]> {
  const plain = sep === "\\" ? pattern.replaceAll("\\", "/") : pattern;
  const lists = await Promise.all(alternatives(plain).map(expandOne));
  return [...new Set(lists.flat())].sort();
}

async function expandOne(pattern: string): Promise<string[]> {
  const [first, ...rest] = pattern.split("/");
  const isRooted = first === "" || (sep === "\\" && /^[a-z]:$/i.test(first!));
  const parts = (isRooted ? rest : [first!, ...rest]).filter((part) => part !== "");
  return await matchParts(isRooted ? `${first}/` : "", parts);
}

async function matchParts(folder: string, [part, ...rest]: readonly string[]): Promise<string[]> {
  if (part === undefined) return [folder];
  if (part === "**") return await matchAnyDepth(folder, rest);
  if (!isGlob(part)) {
    const path = join(folder, part);
    const exists = (await stat(path).catch(() => null)) !== null;
    return exists ? await matchParts(path, rest) : [];
  }
  const pattern = patternOf(part);
  const names = (await entriesOf(folder)).map(({ name }) => name).filter((name) => pattern.test(name));
  const lists = names.map(async (name) => await matchParts(join(folder, name), rest));
  return (await Promise.all(lists)).flat();
}

/** `**`: here, and in every folder below; a pattern that ends in it takes the folder whole. */
async function matchAnyDepth(folder: string, rest: readonly string[]): Promise<string[]> {
  if (rest.length === 0) return [folder === "" ? "." : folder];
  const below = (await entriesOf(folder)).filter((entry) => entry.isDirectory() && !isJunkFolder(entry.name));
  const lists = below.map(async ({ name }) => await matchAnyDepth(join(folder, name), rest));
  return [...(await matchParts(folder, rest)), ...(await Promise.all(lists)).flat()];
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder === "" ? "." : folder, { withFileTypes: true }).catch(() => []);
}

/** One part between slashes as a regular expression over names. */
function patternOf(part: string): RegExp {
  const source = part.replaceAll(/\[!?[^\]]+\]|[\s\S]/gu, (piece) => {
    if (piece === "*") return ".*";
    if (piece === "?") return ".";
    if (piece.length > 1 && piece.startsWith("["))
      return `[${piece
        .slice(1, -1)
        .replace(/^!/, "^")
        .replaceAll(/[\\[\]]/g, String.raw`\$&`)}]`;
    return piece.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
  });
  const hidden = part.startsWith(".") ? "" : String.raw`(?!\.)`;
  try {
    return new RegExp(`^${hidden}${source}$`, "su");
  } catch {
    return /(?!)/; // a range that goes backwards, [z-a], matches nothing
  }
}

/** `{a,b}` written out; nested braces from the inside. */
function alternatives(pattern: string): string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const [before, after] = [pattern.slice(0, match.index), pattern.slice(match.index + match[0].length)];
  return match[1]!.split(",").flatMap((word) => alternatives(before + word + after));
}
