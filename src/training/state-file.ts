import { readFile, rm } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";
import { reasonOf } from "../base/system-error.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "../files/safetensors.ts";
import type { Tensor } from "../graph/tensor.ts";

/** What a state file holds: tensors by name, and anything that JSON can say. */
export interface KeptTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly state: unknown;
}

/** One file with the state of one training. */
export interface StateFile {
  /** Null where there is none. Throws E_CHECKPOINT. */
  load(): Promise<KeptTensors | null>;
  /** Throws E_DISK_FULL and E_FILE; what was kept before stays whole. */
  save(kept: KeptTensors): Promise<void>;
  remove(): Promise<void>;
}

/** Which training a state file belongs to. */
export interface StateFileOptions {
  readonly key: string;
  /** Puts the bytes on the disk; tests give one that fails. */
  readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;
}

/**
 * A state in one safetensors file, what is no tensor as JSON in its metadata. One file and one atomic rename, so a kill at
 * any moment leaves the state before or after, never a part.
 * `key` tells which training it belongs to: load throws E_CHECKPOINT for another one's file, and for a damaged one.
 */
export function stateFile(path: string, { key, write = writeFileAtomic }: StateFileOptions): StateFile {
  return {
    load: async () => {
      const bytes = await readIfThere(path);
      return bytes === null ? null : decode(bytes, { path, key });
    },
    save: async ({ tensors, state }) => {
      const metadata = { key, state: JSON.stringify(state) };
      await write(
        path,
        encodeSafetensors(
          new Map([...tensors] as [string, StoredTensor][]),
          new Map(Object.entries(metadata)),
        ),
      );
    },
    remove: async () => await rm(path, { force: true }),
  };
}

function decode(bytes: Uint8Array, { path, key }: { path: string; key: string }): KeptTensors {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get("key") !== key)
    throw new RootstockError(
      "E_CHECKPOINT",
      `checkpoint ${JSON.stringify(path)}: expected one of this training, got one with other data, options or seed.`,
      { hint: "Run again with the options it was made with, or without --resume to begin anew." },
    );
  return { tensors, state: JSON.parse(metadata.get("state")!) as unknown };
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  return await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new RootstockError(
      "E_CHECKPOINT",
      `checkpoint ${JSON.stringify(path)}: cannot be read: ${reasonOf(error)}.`,
      {
        hint: "Check that you may read it, or remove it to begin anew.",
        cause: error,
      },
    );
  });
}
