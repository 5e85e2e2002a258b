import { open } from "node:fs/promises";
import { RootstockError } from "../../base/errors.ts";
import { openPthLegacy } from "./read-pth-legacy.ts";
import { openPthZip } from "./read-pth-zip.ts";
import { openSafetensors } from "./read-safetensors.ts";
import type { WeightsFile } from "./weights-file.ts";

/** File names that hold weights without a graph. */
export const weightsPattern = /\.(pth|pt|bin|safetensors)$/i;

/**
 * Opens a weights file; its first bytes decide the format, not its name. Nothing in it is ever run.
 * Throws the format's own code with the path in front, E_WEIGHTS for a file of another kind.
 */
export async function openWeights(path: string): Promise<WeightsFile> {
  try {
    return await openerOf(await firstBytes(path), path)(path);
  } catch (error) {
    if (!(error instanceof RootstockError)) throw error;
    throw new RootstockError(error.code, `${JSON.stringify(path)}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}

type Opener = (path: string) => Promise<WeightsFile>;

function openerOf(head: Uint8Array, path: string): Opener {
  if (head[0] === 0x50 && head[1] === 0x4b) return openPthZip;
  if (head[0] === 0x80 && head[1]! <= 5) return openPthLegacy;
  if (head[8] === 0x7b || /\.safetensors$/i.test(path)) return openSafetensors;
  throw new RootstockError(
    "E_WEIGHTS",
    `weights file: expected .pth or .safetensors, got bytes that begin with ${Buffer.from(head.subarray(0, 8)).toString("hex") || "nothing"}.`,
    {
      hint: "A download that failed often leaves a web page or a Git LFS pointer in its place: look at the file.",
    },
  );
}

async function firstBytes(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const head = new Uint8Array(16);
  const { bytesRead } = await file.read(head, 0, 16, 0);
  return head.subarray(0, bytesRead);
}
