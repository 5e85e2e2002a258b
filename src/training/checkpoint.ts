import { readFile, rm } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";
import { reasonOf } from "../base/system-error.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { type StoredTensor, decodeSafetensors, encodeSafetensors } from "../files/safetensors.ts";
import { partOf, prefixed } from "../graph/named-tensors.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { EpochFigures } from "./training-plan.ts";
import type { ValidationScore } from "./validation-score.ts";

/** All that training needs to go on after an epoch. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** How the weights that training began with score; null without validation rows. */
  readonly start: ValidationScore | null;
  readonly best: BestEpoch;
  readonly history: readonly EpochFigures[];
  /** Parameters, statistics and optimiser state, by name. */
  readonly variables: ReadonlyMap<string, Tensor>;
}

/** The epoch that is kept so far. */
export interface BestEpoch {
  /** 0: the weights that training began with; then `weights` is empty. */
  readonly epoch: number;
  readonly score: ValidationScore | null;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Where one training keeps its state. */
export interface CheckpointStore {
  /** The state after the last epoch that was kept; null where there is none. Throws E_CHECKPOINT. */
  load(): Promise<TrainingState | null>;
  /** Throws E_DISK_FULL and E_FILE; what was kept before stays whole. */
  save(state: TrainingState): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Checkpoints in one safetensors file: tensors `variables/...` and `best/...`, the rest as JSON in its metadata. One file
 * and one atomic rename, so a kill at any moment leaves the state before or after, never a part.
 * `key` tells which training it belongs to: load throws E_CHECKPOINT for another one's file, and for a damaged one.
 * `write` puts the bytes on the disk; tests give one that fails.
 */
export function checkpointFile(
  path: string,
  {
    key,
    write = writeFileAtomic,
  }: { key: string; write?: (path: string, bytes: Uint8Array) => Promise<void> },
): CheckpointStore {
  return {
    load: async () => {
      const bytes = await readIfThere(path);
      return bytes === null ? null : decode(bytes, { path, key });
    },
    save: async (state) => await write(path, encode(state, key)),
    remove: async () => await rm(path, { force: true }),
  };
}

function encode({ variables, best, ...rest }: TrainingState, key: string): Uint8Array {
  const { weights, ...bestFigures } = best;
  const tensors = [...prefixed(variables, "variables/"), ...prefixed(weights, "best/")];
  const metadata = { key, state: JSON.stringify({ ...rest, best: bestFigures }) };
  return encodeSafetensors(new Map(tensors as [string, StoredTensor][]), new Map(Object.entries(metadata)));
}

function decode(bytes: Uint8Array, { path, key }: { path: string; key: string }): TrainingState {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get("key") !== key)
    throw new RootstockError(
      "E_CHECKPOINT",
      `checkpoint ${JSON.stringify(path)}: expected one of this training, got one with other data, options or seed.`,
      { hint: "Run again with the options it was made with, or without --resume to begin anew." },
    );
  const { best, ...rest } = JSON.parse(metadata.get("state")!) as Omit<TrainingState, "variables">;
  return {
    ...rest,
    variables: partOf(tensors, "variables/"),
    best: { ...best, weights: partOf(tensors, "best/") },
  };
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
