import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of bytes in memory, hex. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a text in UTF-8, hex. */
export function hashText(text: string): string {
  return hash("sha256", text);
}

/**
 * SHA-256 of a file, hex; streamed, so a 550 MB file costs 1 MB of memory (about 1 GB/s).
 * Throws what the file system throws, and an AbortError once the signal fires.
 */
export async function hashFile(
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
