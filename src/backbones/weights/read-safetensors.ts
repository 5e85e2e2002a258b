import { type FileHandle, open } from "node:fs/promises";
import { readExactly } from "../../files/read-exactly.ts";
import { headerLength, parseHeader } from "../../files/safetensors.ts";
import { createTensor } from "../../graph/tensor.ts";
import type { StoredWeight, WeightsFile } from "./weights-file.ts";
import { widenToFloat32 } from "./widen.ts";

/** Opens a .safetensors file by its header alone; the tensors stay on the disk. Throws E_SAFETENSORS. */
export async function openSafetensors(path: string): Promise<WeightsFile> {
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
  const length = headerLength(await readExactly(file, 0, Math.min(8, size)), size);
  const { entries, dataStart } = parseHeader(await readExactly(file, 8, length), size);
  const weights = entries.map(({ name, type, dims, begin, end }): StoredWeight => {
    const read: StoredWeight["read"] = async () =>
      widenToFloat32(createTensor(type, dims, await readExactly(file, dataStart + begin, end - begin)), name);
    return { name, type, dims, read };
  });
  return {
    format: "safetensors",
    tensors: new Map(weights.map((weight) => [weight.name, weight])),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
