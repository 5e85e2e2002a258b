import { RootstockError, quoteList } from "../base/errors.ts";
import { type StoredTensor, encodeSafetensors } from "../files/safetensors.ts";
import { matchArchitecture } from "./match-architecture.ts";
import { openWeights } from "./weights/open-weights.ts";

/**
 * A weights file of a known architecture as .safetensors: its parameters as float32 under the architecture's names, in
 * the network's order, and nothing else; the same weights give the same bytes. Throws as `openWeights` and
 * `matchArchitecture`, E_WEIGHTS for a file without its last part.
 */
export async function convertWeights(
  path: string,
  { architecture: name, signal }: { architecture: string; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  await using file = await openWeights(path);
  const { architecture, tensors } = matchArchitecture(file.tensors, { name });
  const absent = architecture.parameters.filter((spec) => !tensors.has(spec.name));
  if (absent.length > 0)
    throw new RootstockError(
      "E_WEIGHTS",
      `weights for ${name}: expected all of its tensors, got none for ${quoteList(absent.map((spec) => spec.name))}.`,
    );
  const converted = new Map<string, StoredTensor>();
  for (const spec of architecture.parameters) {
    signal?.throwIfAborted();
    const { bytes } = await tensors.get(spec.name)!.read();
    converted.set(spec.name, { type: "float32", dims: spec.dims, bytes });
  }
  return encodeSafetensors(converted);
}
