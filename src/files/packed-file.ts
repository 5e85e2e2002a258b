import { constants } from "node:fs";
import { type FileHandle, open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { RootstockError, explained } from "../base/errors.ts";
import { formatBytes } from "../base/format-number.ts";
import { makeFolder } from "./make-folder.ts";

/** Records at places known beforehand, in one file: written in any order, read by position. */
export interface PackedFile extends AsyncDisposable {
  readonly path: string;
  /** A record; null where it was never written whole, or is damaged. Into a buffer of its own. */
  read(index: number): Promise<Uint8Array | null>;
  /** Throws E_DISK_FULL and E_FILE. */
  write(index: number, bytes: Uint8Array): Promise<void>;
}

const checksumBytes = 4;

/**
 * Opens a packed file, or makes one whose records are all missing. Behind each record stands its CRC-32, so a process that
 * is killed while it writes, a crash of the machine, and two processes that write the same records leave nothing that
 * would be read wrong. The file is sparse until it is filled. Memory: 8 bytes a record.
 * `lengths`: bytes of each record. Throws E_DISK_FULL where the rest would not fit on the disk, E_FILE.
 */
export async function openPackedFile(path: string, lengths: ArrayLike<number>): Promise<PackedFile> {
  const starts = startsOf(lengths);
  await makeFolder(dirname(path));
  const file = await open(path, constants.O_RDWR | constants.O_CREAT).catch((cause: unknown) => {
    throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
  });
  await requireRoom(file, path, starts.at(-1)!).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  return {
    path,
    read: async (index) => {
      const length = lengths[index]!;
      const bytes = new Uint8Array(length + checksumBytes);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, starts[index]!);
      const record = bytes.subarray(0, length);
      const isWhole = bytesRead === bytes.length && checksumOf(record) === checksumIn(bytes, length);
      return isWhole ? record : null;
    },
    write: async (index, record) => {
      const bytes = new Uint8Array(record.length + checksumBytes);
      bytes.set(record);
      new DataView(bytes.buffer).setUint32(record.length, checksumOf(record), true);
      await writeWhole(file, bytes, starts[index]!).catch((cause: unknown) => {
        throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
      });
    },
    [Symbol.asyncDispose]: async () => await file.close(),
  };
}

/** Where each record begins, and where the last one ends. Shape: N + 1. */
function startsOf(lengths: ArrayLike<number>): Float64Array {
  const starts = new Float64Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i += 1) starts[i + 1] = starts[i]! + lengths[i]! + checksumBytes;
  return starts;
}

/** CRC-32 of a record, moved off 0: a hole in the file, which reads as zeros, is no record. */
function checksumOf(record: Uint8Array): number {
  return (crc32(record) ^ 0x5eed) >>> 0;
}

function checksumIn(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer).getUint32(at, true);
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** What is missing must fit on the disk now: better refused than stopped after hours. */
async function requireRoom(file: FileHandle, path: string, totalBytes: number): Promise<void> {
  const { blocks = 0 } = await file.stat();
  const missing = totalBytes - 512 * blocks;
  const { bavail, bsize } = await statfs(dirname(path));
  if (missing <= bavail * bsize) return;
  throw new RootstockError(
    "E_DISK_FULL",
    `${JSON.stringify(path)}: expected room for ${formatBytes(missing)}, got ${formatBytes(bavail * bsize)} on this disk.`,
    { hint: "Free some space, or name a folder on another disk with --cache." },
  );
}
