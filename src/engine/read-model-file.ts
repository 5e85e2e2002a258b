import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { RootstockError, isAbort } from "../base/errors.ts";
import { reasonOf } from "../base/system-error.ts";
import { widenWeights } from "../graph/edit/half-weights.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";
import type { ExternalDataReader } from "../graph/onnx/external-data.ts";
import type { Model } from "../graph/graph.ts";

/** The format itself ends at 2 GiB; external weights are bounded apart. */
const maximumModelBytes = 2 ** 31 - 1;
const maximumExternalBytes = 16 * 2 ** 30;

/**
 * Reads an .onnx file and the weights files that it names beside it.
 * Weights kept as float16 or bfloat16 behind a Cast are float32 afterwards (see `narrowWeights`).
 * External data is read only from regular files whose real path lies below the model's real folder; at most 16 GiB.
 * Throws E_ONNX with the path for a missing, empty, oversized or damaged file, E_ONNX_EXTERNAL for weights that are
 * missing, too short or elsewhere, E_ABORTED.
 */
export async function readModelFile(path: string, options: { signal?: AbortSignal } = {}): Promise<Model> {
  const bytes = await readWhole(path, options.signal);
  try {
    const model = decodeModel(bytes, { externalData: externalReader(dirname(realpathSync(path))) });
    return { ...model, graph: widenWeights(model.graph) };
  } catch (error) {
    if (!(error instanceof RootstockError)) throw error;
    throw new RootstockError(error.code, `${path}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

async function readWhole(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size === 0 || size > maximumModelBytes)
      throw new RootstockError(
        "E_ONNX",
        `${path}: expected an ONNX file of 1 to ${maximumModelBytes} bytes, got ${size}.`,
      );
    await using file = await open(path);
    return await file.readFile({ signal });
  } catch (error) {
    if (error instanceof RootstockError || isAbort(error)) throw error;
    throw new RootstockError("E_ONNX", `${path}: cannot be read: ${reasonOf(error)}.`, {
      hint: "Check the path, and that you may read the file.",
      cause: error,
    });
  }
}

/** A reader bound to one folder. Real paths are compared, so a link that leads out is refused like `..`. */
function externalReader(folder: string): ExternalDataReader {
  let total = 0;
  return (location, offset, length) => {
    const subject = `external data ${JSON.stringify(location)}`;
    total += length;
    if (total > maximumExternalBytes)
      throw refused(`${subject}: expected at most ${maximumExternalBytes} bytes in all, got ${total}.`);
    const real = realPath(join(folder, location), subject);
    if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw refused(
        `${subject}: expected a file inside the model's folder, got a link that leads out of it.`,
      );
    return readRun(real, { offset, length, subject });
  };
}

function realPath(path: string, subject: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw refused(`${subject}: expected a file beside the model, got none.`, error);
  }
}

function readRun(
  path: string,
  { offset, length, subject }: { offset: number; length: number; subject: string },
): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refused(`${subject}: expected a regular file.`);
    if (stats.size < offset + length)
      throw refused(`${subject}: expected at least ${offset + length} bytes, got ${stats.size}.`);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const got = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (got === 0) throw refused(`${subject}: expected ${length} bytes, got ${done}: the file shrank.`);
      done += got;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function refused(message: string, cause?: unknown): RootstockError {
  return new RootstockError("E_ONNX_EXTERNAL", message, {
    hint: "Keep the weights file beside the model, as its exporter wrote them.",
    cause,
  });
}
