import { join } from "node:path";
import { readFile, stat } from "node:fs/promises";
import type { WorkOptions } from "../base/events.ts";
import { RootstockError, explained } from "../base/errors.ts";
import { isAbsent } from "../base/system-error.ts";
import { createMatrix, argmax, softmaxRows } from "../base/matrix.ts";
import type { Engine, Session } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { decodeImage } from "../image/decode.ts";
import type { Image } from "../image/image.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { parseBundleRecord } from "./bundle-schema.ts";

/** What a model says of one image. */
export interface Prediction {
  readonly label: string;
  /** Of `label`, calibrated, 0 to 1. */
  readonly probability: number;
  /**
   * By label; they sum to 1. An object lists keys like "10" first, whatever their place: the model's own order is that
   * of its `labels`, and `predictionJson` writes them so.
   */
  readonly probabilities: Readonly<Record<string, number>>;
}

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
    requireLabelled(await runOne(session, image, work), record, folder);
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

/** An image as the model's input: RGB 0 to 255, planes instead of pixels. Shapes: H x W x 3 -> 1 x 3 x H x W. */
export function pixelValues({ width, height, data }: Image): Float32Array {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let i = 0; i < size; i += 1)
    for (let channel = 0; channel < 3; channel += 1) planes[channel * size + i] = data[3 * i + channel]!;
  return planes;
}

async function runOne(session: Session, image: Image, { signal }: WorkOptions): Promise<Float32Array> {
  const pixels = floatTensor([1, 3, image.height, image.width], pixelValues(image));
  const { logits } = await session.run({ pixel_values: pixels }, { signal, transfer: true });
  return asFloat32(logits!);
}

function requireLabelled(logits: Float32Array, { labels }: BundleRecord, folder: string): Float32Array {
  if (logits.length === labels.length) return logits;
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(folder)}: expected one logit for each of ${labels.length} labels, got ${logits.length}.`,
    { hint: "Its files do not belong together; copy the folder again, or train the model again." },
  );
}

function toPrediction(labels: readonly string[], logits: Float32Array): Prediction {
  const { data } = softmaxRows(createMatrix(1, logits.length, logits));
  const best = argmax(data);
  return {
    label: labels[best]!,
    probability: data[best]!,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, data[i]!])),
  };
}
