import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { RootstockError, explained } from "../base/errors.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Holds `path` against other processes until disposed. A lock whose process on this machine has died is taken over.
 * Throws E_LOCK while another process holds it, E_FILE or E_DISK_FULL where there can be no lock.
 */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  await makeFolder(dirname(path));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await using file = await open(path, "wx");
      await writeHolder(file, path);
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST")
        throw explained(error, { subject: JSON.stringify(path), doing: "write" });
      if (!(await isStale(path))) break;
      await rm(path, { force: true });
    }
  }
  throw new RootstockError(
    "E_LOCK",
    `${JSON.stringify(path)}: expected to be alone, another process is at work.`,
    {
      hint: "Wait until it has finished. If there is none, remove that file.",
    },
  );
}

/** A lock that cannot be written (a full disk) must not stay: nobody could tell whose it is. */
async function writeHolder(file: FileHandle, path: string): Promise<void> {
  try {
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  const holder = /^\{"pid":(\d+),"host":"(.*)"\}$/.exec(text);
  if (!holder || holder[2] !== hostname()) return false;
  try {
    process.kill(Number(holder[1]), 0); // signal 0 only asks whether it lives
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
