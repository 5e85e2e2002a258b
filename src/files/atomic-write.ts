import { randomBytes } from "node:crypto";
import { access, link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { explained } from "../base/errors.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Writes a file so that readers see the old content or the new, never a part: a temporary file beside it, flushed to
 * the disk, then renamed. Missing folders are made. Throws E_DISK_FULL, or E_FILE with the reason.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await makeFolder(dirname(path));
    await writeFlushed(temporary, data);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
  }
}

/**
 * As `writeFileAtomic`, where nothing lies at `path` yet: of several processes, on several machines, one comes first, and
 * what it wrote stays. Returns whether this one did. Throws E_DISK_FULL, or E_FILE with the reason.
 */
export async function writeFileOnce(path: string, data: string | Uint8Array): Promise<boolean> {
  const temporary = temporaryBeside(path);
  try {
    await makeFolder(dirname(path));
    await writeFlushed(temporary, data);
    return await linkOnce(temporary, path);
  } catch (cause) {
    throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** A file that is written piece by piece, and is there whole or not at all. */
export interface AtomicFile extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  /** Puts the file in its place; disposed of before, it leaves nothing. */
  commit(): Promise<void>;
}

/** As `writeFileAtomic`, for what need not be in the memory at once. Each step throws E_DISK_FULL, or E_FILE. */
export async function openAtomicFile(path: string): Promise<AtomicFile> {
  const temporary = temporaryBeside(path);
  const told = async <T>(step: () => Promise<T>): Promise<T> =>
    await step().catch((cause: unknown) => {
      throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
    });
  const file = await told(async () => {
    await makeFolder(dirname(path));
    return await open(temporary, "wx");
  });
  return {
    append: async (bytes) => await told(async () => await file.writeFile(bytes)),
    commit: async () =>
      await told(async () => {
        await file.sync();
        await file.close();
        await rename(temporary, path);
      }),
    [Symbol.asyncDispose]: async () => {
      await file.close();
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}

/** What file systems without hard links (exFAT, some mounted object stores) answer. */
const noLinks: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
]);

/** A second link is refused where the name is taken, which a rename is not; without links the look and the rename are two steps. */
async function linkOnce(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!noLinks.has(code)) throw error;
  }
  const isTaken = await access(path).then(
    () => true,
    () => false,
  );
  if (!isTaken) await rename(temporary, path);
  return !isTaken;
}

function temporaryBeside(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
}

async function writeFlushed(path: string, data: string | Uint8Array): Promise<void> {
  await using file = await open(path, "wx");
  await file.writeFile(data);
  await file.sync();
}
