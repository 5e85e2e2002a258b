import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import type { ErrorRecord } from "../base/errors.ts";
import { hashBytes } from "../files/hash-file.ts";
import { type DecodeOptions, decodeImage, readImageFile } from "../image/decode.ts";

/** What one look at a file tells: its identity and size, or why it cannot be used. */
export type ScannedImage =
  | { readonly sha256: string; readonly width: number; readonly height: number }
  | { readonly error: ErrorRecord };

/**
 * Reads, hashes and decodes a picture whole: a header that looks well says nothing of a truncated body.
 * A link that leads out of `root` is refused with E_IMAGE_LINK. Only an abort is thrown.
 */
export async function scanImage(path: string, root: string, options: DecodeOptions): Promise<ScannedImage> {
  try {
    await requireInside(path, root);
    const bytes = await readImageFile(path, options);
    const { width, height } = await decodeImage(bytes, options);
    return { sha256: hashBytes(bytes), width, height };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { error: toErrorRecord(error) };
  }
}

async function requireInside(path: string, root: string): Promise<void> {
  const real = await realpath(path).catch(() => path); // a dangling link is told when it is read
  if (real === root || real.startsWith(root + sep)) return;
  throw new RootstockError(
    "E_IMAGE_LINK",
    "expected a file inside the data folder, got a link that leads out of it.",
    {
      hint: "Copy the picture into the folder.",
    },
  );
}
