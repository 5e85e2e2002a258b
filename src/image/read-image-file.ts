import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { RootstockError, isAbort } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { readingHint, reasonOf } from "../base/system-error.ts";

/** Bytes of the largest file that is read: 256 MiB. */
export const fileLimitBytes = 256 * 2 ** 20;

// Opening a named pipe would wait for a writer for ever; not so without blocking. Windows has no such flag.
const readWithoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file whole. What is no regular file (pipe, device, folder) is refused before a byte is read.
 * Throws E_IMAGE_UNREADABLE with the system's reason, or E_IMAGE_TOO_LARGE above `fileLimitBytes`.
 */
export async function readImageFile(
  path: string,
  { signal, subject = JSON.stringify(path) }: WorkOptions & { readonly subject?: string | undefined } = {},
): Promise<Uint8Array> {
  try {
    requireReadable(subject, await stat(path)); // before it is opened: opening a device may set it going
    await using file = await open(path, readWithoutWaiting);
    requireReadable(subject, await file.stat());
    return await file.readFile({ signal });
  } catch (cause) {
    if (isAbort(cause) || cause instanceof RootstockError) throw cause;
    throw unreadable(subject, reasonOf(cause), { hint: readingHint(path, cause), cause });
  }
}

function requireReadable(subject: string, info: Stats): void {
  if (!info.isFile()) throw unreadable(subject, `expected a file, got ${kindOf(info)}`);
  if (info.size > fileLimitBytes)
    throw new RootstockError(
      "E_IMAGE_TOO_LARGE",
      `${subject}: expected at most ${fileLimitBytes} bytes, got ${info.size}.`,
      { hint: "Reduce the picture; networks look at a few hundred pixels." },
    );
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return "a folder";
  if (info.isFIFO()) return "a named pipe";
  return info.isSocket() ? "a socket" : "a device";
}

function unreadable(
  subject: string,
  reason: string,
  { hint = "Check that the file exists and may be read.", cause }: { hint?: string; cause?: unknown } = {},
): RootstockError {
  return new RootstockError("E_IMAGE_UNREADABLE", `${subject}: cannot be read (${reason}).`, { hint, cause });
}
