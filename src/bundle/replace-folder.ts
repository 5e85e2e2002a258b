import { readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
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

/** Where a folder is made before it takes its place: a hidden one beside it, of this process. */
export function partialOf(folder: string): string {
  return besides(folder, `${partialName}${process.pid}`);
}

const partialName = `partial-${hostname()}-`;

/** Removes what processes of this machine that were killed have left of a folder under way. */
export async function clearPartials(folder: string): Promise<void> {
  const whole = besides(folder, partialName);
  const names = await readdir(dirname(whole)).catch((): string[] => []);
  for (const name of names) {
    const pid = name.startsWith(basename(whole)) ? Number(name.slice(basename(whole).length)) : Number.NaN;
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid))
      await rm(join(dirname(whole), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks whether it lives
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** A hidden name beside the folder. */
function besides(folder: string, name: string): string {
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
