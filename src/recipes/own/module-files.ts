import { readFile, stat } from "node:fs/promises";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { reasonOf } from "../../base/system-error.ts";
import { hashBytes } from "../../files/hash-file.ts";

/** sha256 by path from the module's folder, with `/`, sorted. */
export type ModuleFiles = Readonly<Record<string, string>>;

const codeExtensions = new Set([".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"]);
/** What `require` finds without being told the end of the name. */
const endings = ["", ".js", ".cjs", ".json", "/index.js"];

/** True for a name that Node runs: JavaScript, or TypeScript where its types are stripped. */
export function isCode(path: string): boolean {
  return codeExtensions.has(extname(path));
}

/**
 * The module and every file that it or one of these names by a relative path in quotes: imports of any form, `require`,
 * `new URL("./weights.bin", import.meta.url)`. Read from the text, so a name in a comment counts too, and a path that the
 * code puts together does not; packages do not. Throws E_RECIPE where the module cannot be read.
 */
export async function hashModule(module: string, subject: string): Promise<ModuleFiles> {
  const found = new Map<string, string>();
  const open = [resolve(module)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new RootstockError("E_RECIPE", `${subject}: cannot be read: ${reasonOf(cause)}.`, {
        hint: "Check the path: in a recipe it starts from the recipe's folder, on the command line from where you are.",
        cause,
      });
    });
    found.set(path, hashBytes(bytes));
    if (isCode(path)) open.push(...(await namedIn(bytes.toString("utf8"), dirname(path))));
  }
  const folder = dirname(resolve(module));
  const named = [...found].map(
    ([path, hash]) => [relative(folder, path).replaceAll(sep, "/"), hash] as const,
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function namedIn(text: string, folder: string): Promise<string[]> {
  const words = [...text.matchAll(/["'`](\.{1,2}\/[^"'`\n?#]+)/g)].map((match) => join(folder, match[1]!));
  const files = await Promise.all(words.map(async (word) => await fileAt(word)));
  return files.filter((file) => file !== undefined);
}

async function fileAt(path: string): Promise<string | undefined> {
  for (const ending of endings) {
    const info = await stat(path + ending).catch(() => null);
    if (info?.isFile() === true) return path + ending;
  }
  return undefined;
}
