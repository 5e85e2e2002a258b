import type { FileHandle } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";

/** `length` bytes from `position`, into their own buffer. Throws E_FILE when the file ends before. */
export async function readExactly(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const wanted = Math.min(length - done, 2 ** 30);
    const { bytesRead } = await file.read(bytes, done, wanted, position + done);
    if (bytesRead === 0)
      throw new RootstockError(
        "E_FILE",
        `file: expected ${length} bytes at ${position}, got ${done}: it is cut short.`,
      );
    done += bytesRead;
  }
  return bytes;
}
