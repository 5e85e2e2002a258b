import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorRecord, RootstockError } from "../base/errors.ts";
import { createMatrix } from "../base/matrix.ts";
import type { FitResult } from "../evaluate/executor.ts";
import { writeFileAtomic, writeFileOnce } from "../files/atomic-write.ts";
import { readKept } from "./read-run.ts";

const folderOf = (folder: string): string => join(folder, "results");
const nameOf = (key: string): string => `${key.slice(0, 32)}.json`;

/**
 * Keeps what a task came to under its key. Of several processes that did the same task the first is kept; what is
 * damaged is written anew. Throws E_DISK_FULL and E_FILE.
 */
export async function saveResult(folder: string, key: string, { logits, ...rest }: FitResult): Promise<void> {
  const { rows, columns, data } = logits;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  await commit(folder, key, { key, logits: { rows, columns, data: bytes.toString("base64") }, ...rest });
}

/** Keeps that a task failed, and why: it would fail so everywhere. Throws as `saveResult` does. */
export async function saveFailure(folder: string, key: string, error: ErrorRecord): Promise<void> {
  await commit(folder, key, { key, error });
}

/** Keeps that a task whose numbers lie elsewhere, in the feature cache, is done. Throws as `saveResult` does. */
export async function saveDone(folder: string, key: string): Promise<void> {
  await writeFileOnce(join(folderOf(folder), nameOf(key)), JSON.stringify({ key }));
}

async function commit(folder: string, key: string, stored: object): Promise<void> {
  const path = join(folderOf(folder), nameOf(key));
  const text = JSON.stringify(stored);
  if ((await writeFileOnce(path, text)) || (await loadResult(folder, key)) !== null) return;
  await writeFileAtomic(path, text);
}

/** What was kept of a task: its result, or the error that it ended with; null where nothing usable is there. */
export async function loadResult(folder: string, key: string): Promise<FitResult | RootstockError | null> {
  const { storedResult } = await import("./result-schema.ts");
  const stored = await readKept(storedResult, join(folderOf(folder), nameOf(key)));
  if (stored?.key !== key) return null;
  if ("error" in stored) {
    const { code, message, hint } = stored.error;
    return new RootstockError(code, message, { hint });
  }
  const { logits, chosen, training, modelBytes, seconds } = stored;
  const { rows, columns, data } = logits;
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  if (bytes.byteLength !== 4 * rows * columns) return null;
  return {
    logits: createMatrix(rows, columns, new Float32Array(bytes.buffer)),
    chosen,
    ...(training && { training }),
    ...(modelBytes !== undefined && { modelBytes }),
    seconds,
  };
}

/** Which of these tasks have something kept, by one look into the folder. */
export async function keptAmong(folder: string, keys: readonly string[]): Promise<Set<string>> {
  const names = new Set(await readdir(folderOf(folder)).catch((): string[] => []));
  return new Set(keys.filter((key) => names.has(nameOf(key))));
}
