import { randomBytes } from "node:crypto";
import { rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { RootstockError, explained } from "../base/errors.ts";

/**
 * Makes sure that files can be written in a folder, before the work whose result they will hold. A folder that is not
 * there could be made where its nearest ancestor can be written to; nothing is left behind.
 * Throws E_FILE or E_DISK_FULL with the reason, E_FILE where a file stands in the way.
 */
export async function requireWritable(folder: string): Promise<void> {
  const wanted = resolve(folder);
  const { path, isFolder } = await nearest(wanted);
  if (!isFolder)
    throw new RootstockError(
      "E_FILE",
      `${JSON.stringify(wanted)}: expected a folder, got the file ${JSON.stringify(path)}.`,
      {
        hint: "Choose another folder with --out; nothing was computed.",
      },
    );
  const probe = join(path, `.rootstock-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    await writeFile(probe, "", { flag: "wx" });
  } catch (cause) {
    throw explained(cause, { subject: JSON.stringify(wanted), doing: "write" });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** The path itself or the first of its parents that exists. */
async function nearest(path: string): Promise<{ path: string; isFolder: boolean }> {
  const found = await stat(path).catch(() => null);
  if (found !== null) return { path, isFolder: found.isDirectory() };
  const parent = dirname(path);
  return parent === path ? { path, isFolder: true } : await nearest(parent);
}
