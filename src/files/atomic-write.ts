import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { explained } from "../base/errors.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Writes a file so that readers see the old content or the new, never a part: a temporary file beside it, flushed to
 * the disk, then renamed. Missing folders are made. Throws E_DISK_FULL, or E_FILE with the reason.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFlushed(temporary, data);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
  }
}

async function writeFlushed(path: string, data: string | Uint8Array): Promise<void> {
  await using file = await open(path, "wx");
  await file.writeFile(data);
  await file.sync();
}
