import { type FileHandle, open } from "node:fs/promises";
import { RootstockError } from "../../base/errors.ts";
import { readExactly } from "../../files/read-exactly.ts";
import { type ElementType, elementTypes } from "../../graph/tensor.ts";
import { type PickleValue, type StorageReference, kindOfValue, pickleFault } from "./pickle-value.ts";
import { type StorageReader, pickleLimitBytes, quoteKey, stateDictOf, storageFault } from "./read-pth.ts";
import { unpickle } from "./unpickle.ts";
import type { WeightsFile } from "./weights-file.ts";

/** torch's own magic number and protocol. */
const magic = 119547037146038801333356n;
const protocol = 1001;

/**
 * Opens a .pth file as PyTorch wrote it before 1.6, and as torchvision still serves some: five pickles in a row
 * (magic number, protocol, machine, tensors, storage keys), then each storage as a count and its bytes.
 * Throws E_PICKLE, E_PICKLE_GLOBAL, E_WEIGHTS.
 */
export async function openPthLegacy(path: string): Promise<WeightsFile> {
  const file = await open(path);
  try {
    return await describe(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function describe(file: FileHandle): Promise<WeightsFile> {
  const { size } = await file.stat();
  const head = await readExactly(file, 0, Math.min(size, pickleLimitBytes));
  const storages = new Map<string, StorageReference>();
  let end = 0;
  const next = (): PickleValue => {
    const result = unpickle(head, { start: end, onStorage: (storage) => note(storages, storage) });
    end = result.end;
    return result.value;
  };
  const first = next();
  if (first !== magic) throw notTorch(first);
  if (next() !== protocol)
    throw pickleFault(`torch's protocol ${protocol} is missing behind its magic number`);
  const machine = next();
  if (machine instanceof Map && machine.get("little_endian") === false)
    throw storageFault("expected little-endian tensors");
  const root = next();
  const keys = next();
  const places = await locateStorages(file, { keys, head, start: end, size, storages });
  const read: StorageReader = (storage, offset, length) =>
    readExactly(file, places.get(storage.key)! + offset, length);
  return {
    format: "legacy pth",
    tensors: stateDictOf(root, read),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** A pickle of another program: fastai's exports, scikit-learn's models and dictionaries of arrays are such. */
function notTorch(first: PickleValue): RootstockError {
  return new RootstockError(
    "E_PICKLE",
    `pickle: expected torch's magic number, got ${kindOfValue(first)}: a pickle, but not of torch.save.`,
    {
      hint: "Open it where it was made and save the tensors alone: torch.save(model.state_dict(), FILE), or safetensors.",
    },
  );
}

/** Every reference to a storage must agree on what it is. */
function note(storages: Map<string, StorageReference>, storage: StorageReference): void {
  const known = storages.get(storage.key);
  if (known && (known.type !== storage.type || known.rootLength !== storage.rootLength))
    throw storageFault(`storage ${quoteKey(storage.key)} is described in two ways`);
  storages.set(storage.key, storage);
}

/**
 * Where each storage's bytes begin. The whole invariant: the keys are those that the tensors refer to, each once;
 * each storage's own count agrees with the reference; and together they end where the file does.
 */
async function locateStorages(
  file: FileHandle,
  found: {
    keys: PickleValue;
    /** The file's beginning, in memory already: counts that lie in it cost no read. */
    head: Uint8Array;
    start: number;
    size: number;
    storages: ReadonlyMap<string, StorageReference>;
  },
): Promise<Map<string, number>> {
  const { keys, head, start, size, storages } = found;
  if (!Array.isArray(keys) || keys.length !== storages.size)
    throw storageFault(`expected ${storages.size} storage keys`);
  const places = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key))
      throw storageFault(`expected each storage's key once, got ${kindOfValue(key)}`);
    const name = quoteKey(storage.key);
    if (at + 8 > size) throw storageFault(`storage ${name} begins past the end: the file is cut short`);
    const bytes = at + 8 <= head.length ? head.subarray(at, at + 8) : await readExactly(file, at, 8);
    const count = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);
    if (Number(count) !== storage.rootLength)
      throw storageFault(`storage ${name}: expected ${storage.rootLength} elements, got ${count}`);
    places.set(storage.key, at + 8);
    at += 8 + storage.rootLength * elementTypes[storage.type as ElementType].sizeBytes;
  }
  if (at !== size) throw storageFault(`expected ${at} bytes in all, got ${size}`);
  return places;
}
