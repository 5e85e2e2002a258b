import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { explained } from "../base/errors.ts";

/**
 * Makes a folder and those above it that are missing; one that is there is as good. Step by step, since Node's own
 * recursive way tells a read-only disk as "no such file" and goes round for ever where nothing can be made (/proc).
 * Throws E_FILE or E_DISK_FULL, naming the first folder that could not be made, or `subject`.
 */
export async function makeFolder(path: string, { subject }: { subject?: string } = {}): Promise<void> {
  try {
    await makeWithParents(path);
  } catch (cause) {
    throw explained(cause, { subject, doing: "write" });
  }
}

async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isFolder(path)) return;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await mkdir(path).catch(async (second: unknown) => {
      if (!(await isFolder(path))) throw second; // another process may have been quicker
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
