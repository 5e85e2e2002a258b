import { RootstockError } from "../base/errors.ts";
import type { Report, WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import { openWasmEngine } from "../engine/open-wasm-engine.ts";
import { type BrowserPicture, decodeInBrowser } from "../image/decode-in-browser.ts";
import type { Image } from "../image/image.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { type Prediction, requireLabelled, runModel, toPrediction } from "./run-model.ts";

/** A model folder opened over the network, at work in the browser. */
export interface BrowserModel extends AsyncDisposable {
  readonly url: string;
  readonly record: BundleRecord;
  readonly labels: readonly string[];
  /** Logits of one picture. Shape: K. */
  logits(image: Image, options?: WorkOptions): Promise<Float32Array>;
  /** The prediction for anything that the browser can draw; E_IMAGE_TYPE for what it cannot read. */
  predict(source: BrowserPicture, options?: WorkOptions): Promise<Prediction>;
  /** What `await using` does at the end of a block, for code without it. */
  close(): Promise<void>;
}

/** Where the model folder lies, and what its loading tells. */
export interface BrowserModelOptions extends WorkOptions {
  /** Default: `openWasmEngine()`, closed with the model. */
  readonly engine?: Engine;
}

/**
 * Opens a model folder that a web server hands out: fetches `rootstock.json` and `onnx/model.onnx`, nothing else, and
 * nothing after that. Events: progress of the download, in bytes. Throws E_BUNDLE where they are not there or are no
 * model folder's, E_ENGINE without `onnxruntime-web`.
 *
 * @example
 * const model = await loadModel("/model");
 * console.log(await model.predict(fileInput.files[0])); // { label: "daisy", probability: 0.97, ... }
 */
export async function loadModel(url: string | URL, options: BrowserModelOptions = {}): Promise<BrowserModel> {
  const folder = String(url).replace(/\/*$/, "/");
  const record = await readRecord(folder, options);
  const engine = options.engine ?? (await openWasmEngine());
  const session = await engine.load(await download(`${folder}onnx/model.onnx`, options), options);
  const logits: BrowserModel["logits"] = async (image, work = {}) =>
    requireLabelled(await runModel(session, image, work), record.labels, folder);
  const close = async (): Promise<void> => {
    await session[Symbol.asyncDispose]();
    if (options.engine === undefined) await engine[Symbol.asyncDispose]();
  };
  return {
    url: folder,
    record,
    labels: record.labels,
    logits,
    predict: async (source, work = {}) =>
      toPrediction(record.labels, await logits(await decodeInBrowser(source), work)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What stands in the record is trusted as far as its server is; only that it is one is checked. */
async function readRecord(folder: string, { signal }: WorkOptions): Promise<BundleRecord> {
  const url = `${folder}rootstock.json`;
  const text = new TextDecoder().decode(await download(url, { signal }));
  const record = parse(text) as Partial<BundleRecord> | null;
  if (record?.format === 1 && Array.isArray(record.labels)) return record as BundleRecord;
  throw new RootstockError("E_BUNDLE", `${url}: expected the record of a model folder, format 1.`, {
    hint: "Name a folder that `rootstock train --out` or `rootstock compare` has written.",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function download(url: string, { signal, report }: WorkOptions): Promise<Uint8Array> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok || response.body === null)
    throw new RootstockError("E_BUNDLE", `${url}: expected a file, got ${response.status}.`, {
      hint: "Put the whole model folder on the server, under this address.",
    });
  const total = Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array[] = [];
  let done = 0;
  for await (const part of readParts(response.body)) {
    parts.push(part);
    done += part.length;
    tell(report, url, { done, total });
  }
  return joined(parts, done);
}

/** A stream is no async iterable in every browser yet. */
async function* readParts(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function tell(
  report: Report | undefined,
  stage: string,
  { done, total }: { done: number; total: number },
): void {
  report?.({ type: "progress", stage, done, total: Math.max(done, total), unit: "bytes" });
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
