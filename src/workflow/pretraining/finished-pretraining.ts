import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { PretrainingFiles } from "./pretraining-files.ts";

/** The record of a pretraining that is done, beside its figures. */
interface Finished<T> {
  /** Of its task. */
  readonly key: string;
  /** Of the trunk and of the head. */
  readonly sha256s: readonly [string, string];
  readonly result: T;
}

const fileName = "pretrained.json";

/**
 * What a finished pretraining of the same task said of itself; null where there is none, or one that was
 * stopped. Throws E_FILE where the files
 * in the place are of something else, which hours of work may have gone into: they are not written over unasked.
 */
export async function readFinished<T>(
  folder: string,
  files: PretrainingFiles,
  { key }: { key: string },
): Promise<T | null> {
  if (!existsSync(files.backbone) || existsSync(join(folder, "checkpoints"))) return null;
  const text = await readFile(join(folder, fileName), "utf8").catch(() => "null");
  const finished = JSON.parse(text) as Finished<T> | null;
  const isThere = existsSync(files.head);
  const hashes = isThere ? [await hashFile(files.backbone), await hashFile(files.head)] : [];
  const isSame = finished?.key === key && String(finished.sha256s) === String(hashes);
  if (isSame) return finished.result;
  throw new RootstockError(
    "E_FILE",
    `${JSON.stringify(files.backbone)}: expected no file, or the one of this very pretraining, got another one.`,
    { hint: "Name another place with --out, or write over it with --restart." },
  );
}

/** Keeps what is to be found by the same command. */
export async function writeFinished<T>(
  folder: string,
  files: PretrainingFiles,
  { key, result }: { key: string; result: T },
): Promise<void> {
  const sha256s = [await hashFile(files.backbone), await hashFile(files.head)] as const;
  const finished: Finished<T> = { key, sha256s, result };
  await writeFileAtomic(join(folder, fileName), `${JSON.stringify(finished, null, 2)}\n`);
}

/** Forgets it. */
export async function removeFinished(folder: string): Promise<void> {
  await rm(join(folder, fileName), { force: true });
}
