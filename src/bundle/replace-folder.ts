import { readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { lockFile } from "../files/lock-file.ts";

/**
 * Puts a finished folder in the place of another. What was there is moved aside first, to `previous` where it is to be
 * kept, and a note beside it tells where it lies until the new one stands: killed at any point, `recoverFolder` finds the
 * old folder or the new one, whole.
 */
export async function replaceFolder(
  finished: string,
  folder: string,
  { previous }: { previous?: string | undefined } = {},
): Promise<void> {
  await using _ = await lockFile(lockOf(folder));
  await bringBack(folder);
  if (!(await isThere(folder))) return await rename(finished, folder);
  const aside = previous ?? besides(folder, `replaced-${process.pid}`);
  await rm(aside, { recursive: true, force: true });
  await writeFileAtomic(noteOf(folder), JSON.stringify({ aside: resolve(aside) }));
  await rename(folder, aside);
  await rename(finished, folder);
  await rm(noteOf(folder), { force: true });
  if (previous === undefined) await rm(aside, { recursive: true, force: true });
}

/**
 * Brings a folder back that a killed `replaceFolder` had moved aside; nothing where none had. Throws E_LOCK in the moment
 * in which another process replaces it.
 */
export async function recoverFolder(folder: string): Promise<void> {
  if (!(await isThere(noteOf(folder)))) return;
  await using _ = await lockFile(lockOf(folder));
  await bringBack(folder);
}

async function bringBack(folder: string): Promise<void> {
  const note = await readFile(noteOf(folder), "utf8").catch(() => null);
  if (note === null) return;
  const { aside } = JSON.parse(note) as { aside: string };
  if (!(await isThere(folder)) && (await isThere(aside))) await rename(aside, folder);
  await rm(noteOf(folder), { force: true });
}

/** A hidden name beside the folder. */
export function besides(folder: string, name: string): string {
  const whole = resolve(folder);
  return join(dirname(whole), `.${basename(whole)}.${name}`);
}

function lockOf(folder: string): string {
  return besides(folder, "lock");
}

function noteOf(folder: string): string {
  return besides(folder, "replacing");
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
