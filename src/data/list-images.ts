import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { foreignExtensions, imageExtensions } from "../image/recognise-type.ts";

/** True for a name that says "picture", in upper or lower case, read or not (SVG, HEIC), and is not hidden. */
export function isImageName(name: string): boolean {
  const extension = extname(name).toLowerCase();
  return !name.startsWith(".") && (imageExtensions.has(extension) || foreignExtensions.has(extension));
}

/**
 * The files named, and every picture inside folders named, in order; a file is taken whatever its name.
 * Throws E_DATA_NOT_FOUND listing the paths that do not exist, or when nothing is left.
 */
export async function listImages(paths: readonly string[]): Promise<string[]> {
  const kinds = await Promise.all(
    paths.map(async (path) => ({ path, info: await stat(path).catch(() => null) })),
  );
  const missing = kinds.filter(({ info }) => info === null).map(({ path }) => path);
  if (missing.length > 0) throw notFound(`no such file or folder: ${quoteList(missing)}.`);
  const lists = await Promise.all(
    kinds.map(async ({ path, info }) => (info!.isDirectory() ? await imagesIn(path) : [path])),
  );
  if (lists.flat().length === 0) throw notFound(`no picture in ${quoteList(paths)}.`);
  return lists.flat();
}

async function imagesIn(folder: string, seen: ReadonlySet<string> = new Set()): Promise<string[]> {
  const real = await realpath(folder);
  if (seen.has(real)) return []; // a link back to a folder above
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return await imagesIn(path, new Set([...seen, real]));
        return isImageName(entry.name) ? [path] : [];
      }),
  );
  return lists.flat();
}

function notFound(message: string): RootstockError {
  return new RootstockError("E_DATA_NOT_FOUND", message, {
    hint: "Check the path; folders are searched for pictures.",
  });
}
