import { RootstockError } from "../../base/errors.ts";
import { openPthLegacy } from "./read-pth-legacy.ts";
import { openPthZip } from "./read-pth-zip.ts";
import { openSafetensors } from "./read-safetensors.ts";
import { type FileKind, foreignFile, recogniseFile } from "./recognise-file.ts";
import type { WeightsFile } from "./weights-file.ts";

const openers: Readonly<Record<FileKind, (path: string) => Promise<WeightsFile>>> = {
  pth: openPthZip,
  "legacy pth": openPthLegacy,
  safetensors: openSafetensors,
  onnx: async () => {
    throw foreignFile({ what: "an ONNX file", next: "It brings its own graph: give it as a backbone." });
  },
};

/**
 * Opens a weights file; its bytes decide the format, not its name. Nothing in it is ever run.
 * Throws the format's own code with the path in front, E_WEIGHTS for a file of another kind.
 */
export async function openWeights(path: string): Promise<WeightsFile> {
  return await namingPath(path, async () => await openers[await recogniseFile(path)](path));
}

/** What `work` throws, with the path in front of the message. */
export async function namingPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RootstockError)) throw error;
    throw new RootstockError(error.code, `${JSON.stringify(path)}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}
