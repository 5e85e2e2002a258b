import type { Stats } from "node:fs";
import { access, constants, realpath, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { isSystemError, readingHint, reasonOf } from "../base/system-error.ts";
import { findInFolder } from "./folders/find-in-folder.ts";
import { findInTable } from "./tables/find-in-table.ts";
import type { FoundImages } from "./found-images.ts";
import type { LayoutOptions } from "./folders/read-folders.ts";
import { tableExtensions } from "./tables/table-records.ts";

/**
 * Every picture of a data set by its place, nothing of it opened. Throws E_DATA_NOT_FOUND for what is no folder and no
 * table or cannot be reached, E_DATA where there is no picture, and what `findInFolder` and `findInTable` throw.
 */
export async function findImages(path: string, options: LayoutOptions): Promise<FoundImages> {
  const info = await statOf(path);
  const found = info.isDirectory()
    ? await findInFolder(await realpath(resolve(path)), options)
    : await findInTable(path, options);
  if (found.images.length === 0) throw noImages(path, found);
  return found;
}

async function statOf(path: string): Promise<Stats> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) await access(path, constants.R_OK);
    if (info.isDirectory() || isTable(path, info)) return info;
  } catch (cause) {
    const got =
      isSystemError(cause) && cause.code === "ENOENT"
        ? "found nothing"
        : `it cannot be read (${reasonOf(cause)})`;
    throw notFound(path, got, { hint: readingHint(path, cause), cause });
  }
  throw notFound(path, "got another file", {
    hint: "Give a folder that holds one folder of photos per class.",
  });
}

function isTable(path: string, info: Stats): boolean {
  return info.isFile() && tableExtensions.includes(extname(path).toLowerCase());
}

function notFound(path: string, got: string, options: { hint: string; cause?: unknown }): RootstockError {
  const wanted = `expected a folder or a table (${tableExtensions.join(" ")})`;
  return new RootstockError("E_DATA_NOT_FOUND", `data ${JSON.stringify(path)}: ${wanted}, ${got}.`, options);
}

function noImages(path: string, { ignored, skipped }: FoundImages): RootstockError {
  const seen = [...skipped.map((one) => one.path), ...ignored];
  const got = seen.length === 0 ? "no file at all" : `only ${quoteList(seen)}`;
  const reason = skipped[0] === undefined ? "" : ` ${skipped[0].message}`;
  return new RootstockError(
    "E_DATA",
    `data ${JSON.stringify(path)}: expected pictures in folders named after their classes, got ${got}.${reason}`,
    { hint: skipped[0]?.hint ?? "Make one folder per class inside it and put the photos there." },
  );
}
