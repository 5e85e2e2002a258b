import { RootstockError } from "../../base/errors.ts";
import { shortText } from "../../base/short-text.ts";
import { type ElementType, createTensor, elementTypes, sizeOf } from "../../graph/tensor.ts";
import {
  type PickleValue,
  type StorageReference,
  TensorReference,
  kindOfValue,
  pickleFault,
} from "./pickle-value.ts";
import type { StoredWeight } from "./weights-file.ts";
import { gatherStrided, isContiguous, widenToFloat32 } from "./widen.ts";

/** A state dict's description is a few hundred bytes a tensor. */
export const pickleLimitBytes = 16 * 2 ** 20;

/** Reads `length` bytes of a storage, from `offset` bytes into it. */
export type StorageReader = (
  storage: StorageReference,
  offset: number,
  length: number,
) => Promise<Uint8Array>;

/**
 * Keys under which training scripts keep the state dict, those first that one would evaluate with; averaged copies are
 * taken where there is nothing else.
 */
const stateDictKeys = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "weights",
  "params",
  "teacher",
  "state_dict_ema",
  "model_ema",
  "ema_state_dict",
  "params_ema",
  "ema",
];
/** Dictionaries within dictionaries that are looked into for tensors. */
const searchDepth = 3;

/** The tensors of an unpickled .pth file: a state dict, or a checkpoint that holds one. Throws E_PICKLE without one. */
export function stateDictOf(root: PickleValue, read: StorageReader): Map<string, StoredWeight> {
  const found = findStateDict(root);
  if (!found)
    throw pickleFault(`expected a state dict (names and tensors), got ${kindOfValue(root)} without tensors`);
  return new Map([...found].map(([name, tensor]) => [name, describe(name, tensor, read)]));
}

interface Candidate {
  readonly tensors: ReadonlyMap<string, TensorReference>;
  /** Place of its key in `stateDictKeys`; past its end where it is not one of them. */
  readonly rank: number;
}

/**
 * The dictionary with the tensors: other entries of a checkpoint may be tensors too (`best_acc1`), or dictionaries of
 * tensors (the optimiser's). Of those with at least half as many tensors as the largest, the one under the best key.
 */
function findStateDict(root: PickleValue): ReadonlyMap<string, TensorReference> | null {
  const candidates: Candidate[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, rank: number, depth: number): void => {
    if (!(value instanceof Map) || seen.has(value) || depth > searchDepth) return;
    seen.add(value);
    const tensors = namedTensors(value);
    if (tensors.size > 0) candidates.push({ tensors, rank });
    for (const [key, item] of value) {
      const known = typeof key === "string" ? stateDictKeys.indexOf(key) : -1;
      visit(item, known >= 0 && rank === stateDictKeys.length ? known : rank, depth + 1);
    }
  };
  visit(root, stateDictKeys.length, 0);
  const largest = candidates.reduce((most, { tensors }) => Math.max(most, tensors.size), 0);
  const [best] = candidates
    .filter(({ tensors }) => tensors.size * 2 >= largest)
    .toSorted((a, b) => a.rank - b.rank || b.tensors.size - a.tensors.size);
  return best?.tensors ?? null;
}

/** The tensors of a dictionary by name; other values beside them are left alone. */
function namedTensors(value: ReadonlyMap<PickleValue, PickleValue>): Map<string, TensorReference> {
  const named = new Map<string, TensorReference>();
  for (const [name, item] of value)
    if (typeof name === "string" && item instanceof TensorReference) named.set(name, item);
  return named;
}

function describe(name: string, tensor: TensorReference, readStorage: StorageReader): StoredWeight {
  const { storage, dims, strides, offset } = tensor;
  const type = storage.type as ElementType;
  const elementBytes = elementTypes[type].sizeBytes;
  const read: StoredWeight["read"] = async () => {
    const count = sizeOf(dims);
    const span = count === 0 ? 0 : dims.reduce((sum, dim, i) => sum + (dim - 1) * strides[i]!, 1);
    const bytes = await readStorage(storage, (storage.offset + offset) * elementBytes, span * elementBytes);
    const isPlain = isContiguous(dims, strides) || count === 0;
    const ordered = isPlain ? bytes : gatherStrided(bytes, { dims, strides, elementBytes });
    return widenToFloat32(createTensor(type, dims, ordered), name);
  };
  return { name, type, dims, read };
}

/** The error for storages that a file promises and does not hold. */
export function storageFault(what: string): RootstockError {
  return new RootstockError("E_WEIGHTS", `weights file: ${what}.`, {
    hint: "The file is damaged. Fetch it again from its source.",
  });
}

/** A storage's key for a message. */
export function quoteKey(key: string): string {
  return JSON.stringify(shortText(key));
}
