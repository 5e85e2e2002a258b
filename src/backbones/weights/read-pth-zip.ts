import { type ZipEntry, type ZipFile, openZip } from "../../files/zip.ts";
import { type ElementType, elementTypes } from "../../graph/tensor.ts";
import { type StorageReference, pickleFault } from "./pickle-value.ts";
import { type StorageReader, pickleLimitBytes, quoteKey, stateDictOf, storageFault } from "./read-pth.ts";
import { foreignArchive } from "./recognise-file.ts";
import { unpickle } from "./unpickle.ts";
import type { WeightsFile } from "./weights-file.ts";

/**
 * Opens a .pth file as PyTorch 1.6 and later write it: a zip archive of `NAME/data.pkl`, which describes the
 * tensors, and `NAME/data/KEY`, their bytes. Throws E_ZIP, E_PICKLE, E_PICKLE_GLOBAL, E_WEIGHTS.
 */
export async function openPthZip(path: string): Promise<WeightsFile> {
  const zip = await openZip(path);
  try {
    return await describe(zip);
  } catch (error) {
    await zip[Symbol.asyncDispose]();
    throw error;
  }
}

async function describe(zip: ZipFile): Promise<WeightsFile> {
  const names = [...zip.entries.keys()];
  const foreign = foreignArchive(names);
  if (foreign) throw foreign;
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw pickleFault(`expected a zip archive with one data.pkl, got ${pickles.length} of them`);
  const folder = pickles[0]!.slice(0, -"data.pkl".length);
  await requireLittleEndian(zip, folder);
  const root = unpickle(await zip.read(zip.entries.get(pickles[0]!)!, pickleLimitBytes)).value;
  const tensors = stateDictOf(root, storageReader(zip, folder));
  return { format: "pth", tensors, [Symbol.asyncDispose]: () => zip[Symbol.asyncDispose]() };
}

async function requireLittleEndian(zip: ZipFile, folder: string): Promise<void> {
  const entry = zip.entries.get(`${folder}byteorder`);
  if (!entry) return;
  const order = new TextDecoder().decode(await zip.read(entry, 16));
  if (order !== "little") throw storageFault(`expected little-endian tensors, got ${JSON.stringify(order)}`);
}

/** torch never deflates; a storage that was, and is far larger than the tensor in it, could be 1,000 times its file. */
const deflatedLimitBytes = 64 * 2 ** 20;

/** Reads whole entries, so that each is checked against its checksum; a tensor is nearly always one entry. */
function storageReader(zip: ZipFile, folder: string): StorageReader {
  let last: { entry: ZipEntry; bytes: Promise<Uint8Array> } | null = null;
  return async (storage, offset, length) => {
    const entry = zip.entries.get(`${folder}data/${storage.key}`);
    const expected = sizeOfStorage(storage);
    if (!entry) throw storageFault(`storage ${quoteKey(storage.key)} is not in the archive`);
    if (entry.sizeBytes !== expected)
      throw storageFault(
        `storage ${quoteKey(storage.key)}: expected ${expected} bytes, got ${entry.sizeBytes}`,
      );
    if (entry.isDeflated && expected > Math.max(deflatedLimitBytes, 4 * length))
      throw storageFault(
        `storage ${quoteKey(storage.key)}: expected at most ${deflatedLimitBytes} deflated bytes for a tensor of ${length}, got ${expected}`,
      );
    // several tensors may share a storage: the last one read is kept, and no more
    if (last?.entry !== entry) last = { entry, bytes: zip.read(entry, expected) };
    const bytes = await last.bytes;
    return bytes.length === length ? bytes : bytes.slice(offset, offset + length);
  };
}

function sizeOfStorage({ type, length }: StorageReference): number {
  return length * elementTypes[type as ElementType].sizeBytes;
}
