import { join } from "node:path";
import { readFile, stat } from "node:fs/promises";
import type { WorkOptions } from "../base/events.ts";
import { RootstockError, explained } from "../base/errors.ts";
import { isAbsent } from "../base/system-error.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { decodeImage } from "../image/decode.ts";
import type { Image } from "../image/image.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { parseBundleRecord } from "./parse-bundle-record.ts";
import { recoverFolder } from "./replace-folder.ts";
import { type Prediction, requireLabelled, runModel, toPrediction } from "./run-model.ts";

/** An opened model folder. */
export interface LoadedModel extends AsyncDisposable {
  readonly folder: string;
  readonly record: BundleRecord;
  readonly labels: readonly string[];
  /** Logits of one picture. Shape: K. */
  logits(image: Image, options?: WorkOptions): Promise<Float32Array>;
  /** The prediction for a file's path or its bytes; errors of the image as in `decodeImage`. */
  predict(source: string | Uint8Array, options?: WorkOptions): Promise<Prediction>;
  /** What `await using` does at the end of a block, for code without it. */
  close(): Promise<void>;
}

/**
 * Opens a model folder. Without `engine` it opens one of its own and closes it with the model.
 * Throws E_BUNDLE when the folder is no model folder or its record does not fit the schema.
 *
 * @example
 * const model = await loadModel("model");
 * console.log(await model.predict("photo.jpg")); // { label: "daisy", probability: 0.97, ... }
 * await model.close();
 */
export async function loadModel(
  folder: string,
  options: { engine?: Engine | undefined; threads?: number | undefined } = {},
): Promise<LoadedModel> {
  const record = await readBundleRecord(folder);
  const engine =
    options.engine ?? (await openEngine(options.threads === undefined ? {} : { threads: options.threads }));
  const session = await engine.load(await readFile(join(folder, "onnx", "model.onnx")));
  const logits: LoadedModel["logits"] = async (image, work = {}) =>
    requireLabelled(await runModel(session, image, work), record.labels, folder);
  const close = async (): Promise<void> => {
    await session[Symbol.asyncDispose]();
    if (options.engine === undefined) await engine[Symbol.asyncDispose]();
  };
  return {
    folder,
    record,
    labels: record.labels,
    logits,
    predict: async (source, work = {}) =>
      toPrediction(record.labels, await logits(await decodeImage(source, work), work)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Reads and checks `rootstock.json`. */
export async function readBundleRecord(folder: string): Promise<BundleRecord> {
  const path = join(folder, "rootstock.json");
  let text: string;
  try {
    await recoverFolder(folder);
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw isAbsent(cause) ? await notAModel(folder, cause) : explained(cause, { doing: "read" });
  }
  return await parseBundleRecord(text, path);
}

async function notAModel(folder: string, cause: unknown): Promise<RootstockError> {
  const named = `model ${JSON.stringify(folder)}`;
  const isThere = async (path: string): Promise<boolean> =>
    await stat(path).then(
      () => true,
      () => false,
    );
  const inside = join(folder, "model");
  if (await isThere(join(inside, "rootstock.json")))
    return new RootstockError("E_BUNDLE", `${named}: expected a model folder, got the folder of a run.`, {
      hint: `Its model is ${JSON.stringify(inside)}.`,
      cause,
    });
  const found = (await isThere(folder)) ? "no rootstock.json in it" : "no such folder";
  return new RootstockError("E_BUNDLE", `${named}: ${found}.`, {
    hint: "Name a folder that `rootstock train --out` or `rootstock compare` has written.",
    cause,
  });
}
