import { RootstockError } from "../../base/errors.ts";
import { type ElementType, createTensor, elementTypes, sizeOf } from "../../graph/tensor.ts";
import { type PickleValue, type StorageReference, TensorReference, pickleFault } from "./pickle-value.ts";
import type { StoredWeight } from "./weights-file.ts";
import { gatherStrided, isContiguous, widenToFloat32 } from "./widen.ts";

/** Reads `length` bytes of a storage, from `offset` bytes into it. */
export type StorageReader = (
  storage: StorageReference,
  offset: number,
  length: number,
) => Promise<Uint8Array>;

/** Keys under which training scripts keep the state dict, beside the epoch and the optimiser. */
const stateDictKeys = ["state_dict", "model_state_dict", "model", "state_dict_ema", "model_ema"];

/**
 * The tensors of an unpickled .pth file: a state dict, or a checkpoint that holds one. "module." in front of every
 * name (left by DataParallel) is taken off. Throws E_PICKLE where there is no state dict.
 */
export function stateDictOf(root: PickleValue, read: StorageReader): Map<string, StoredWeight> {
  const named = namedTensors(root) ?? nestedTensors(root);
  if (!named) throw pickleFault("expected a state dict (names and tensors), got something else");
  const isWrapped = [...named.keys()].every((name) => name.startsWith("module."));
  return new Map(
    [...named].map(([key, tensor]) => {
      const name = isWrapped ? key.slice("module.".length) : key;
      return [name, describe(name, tensor, read)];
    }),
  );
}

/** The tensors of a dictionary by name; null when it has none. Other values beside them are left alone. */
function namedTensors(value: PickleValue | undefined): Map<string, TensorReference> | null {
  if (!(value instanceof Map)) return null;
  const named = new Map<string, TensorReference>();
  for (const [name, item] of value)
    if (typeof name === "string" && item instanceof TensorReference) named.set(name, item);
  return named.size > 0 ? named : null;
}

function nestedTensors(root: PickleValue): Map<string, TensorReference> | null {
  if (!(root instanceof Map)) return null;
  return stateDictKeys.map((key) => namedTensors(root.get(key))).find((found) => found !== null) ?? null;
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
