import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { RootstockError } from "../base/errors.ts";
import { isAbsent } from "../base/system-error.ts";
import { writeFileOnce } from "./atomic-write.ts";

/**
 * Holds `path` against other processes until disposed. A lock whose process on this machine has died is taken over: the
 * file appears with its holder's name in it or not at all, so that it can be told of every lock.
 * Throws E_LOCK while another process holds it, E_FILE or E_DISK_FULL where there can be no lock.
 */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await writeFileOnce(path, own)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    const held = await readFile(path, "utf8").catch((error: unknown) => (isAbsent(error) ? null : "unknown"));
    if (held === null) continue; // let go meanwhile
    if (!isStale(held)) break;
    await takeAway(path, held);
  }
  throw new RootstockError(
    "E_LOCK",
    `${JSON.stringify(path)}: expected to be alone, another process is at work.`,
    {
      hint: "Wait until it has finished. If there is none, remove that file.",
    },
  );
}

/** Of two processes that find the same dead lock the slower one must not take the quicker one's: that is put back. */
async function takeAway(path: string, held: string): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== held) await link(aside, path);
  } catch {
    // another process has been quicker; the next attempt looks again
  } finally {
    await rm(aside, { force: true });
  }
}

/** An empty one is what a process of an earlier version left that was killed between two steps. */
function isStale(text: string): boolean {
  if (text === "") return true;
  const holder = /^\{"pid":(\d+),"host":"(.*)"\}$/.exec(text);
  if (!holder || holder[2] !== hostname()) return false;
  try {
    process.kill(Number(holder[1]), 0); // signal 0 only asks whether it lives
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
