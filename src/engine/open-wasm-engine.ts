import type * as ort from "onnxruntime-node";
import { RootstockError } from "../base/errors.ts";
import { engineAlgebra } from "./engine-algebra.ts";
import type { Engine, ModelSource, Session } from "./engine.ts";
import { fromOrtTensor, toOrtTensor, valueInfos } from "./ort-tensor.ts";

/** `onnxruntime-web` is an optional peer: its absence is an answer, not a crash. Its API is the native binding's. */
async function importRuntime(): Promise<typeof ort> {
  try {
    return (await import("onnxruntime-web")) as unknown as typeof ort;
  } catch (cause) {
    throw new RootstockError("E_ENGINE", "engine: onnxruntime-web is not installed.", {
      hint: "npm install onnxruntime-web@1.30.0",
      cause,
    });
  }
}

/**
 * ONNX Runtime compiled to WebAssembly, on the calling thread: the runtime of browsers, and the second witness of
 * `rootstock verify` in Node. One thread unless told otherwise.
 */
export async function openWasmEngine(options: { threads?: number } = {}): Promise<Engine> {
  const { threads = 1 } = options;
  const runtime = await importRuntime();
  runtime.env.wasm.numThreads = threads;
  runtime.env.logLevel = "error";
  const load = async (source: ModelSource): Promise<Session> => {
    const bytes = await asBytes(source);
    const session = await asEngineError(() =>
      runtime.InferenceSession.create(bytes, { executionProviders: ["wasm"] }),
    );
    return {
      inputs: valueInfos(session.inputMetadata),
      outputs: valueInfos(session.outputMetadata),
      run: async (feeds, { signal, outputs } = {}) => {
        signal?.throwIfAborted();
        const given = Object.fromEntries(
          Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(runtime, tensor)]),
        );
        const results = await asEngineError(() =>
          outputs === undefined ? session.run(given) : session.run(given, [...outputs]),
        );
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor)]),
        );
      },
      [Symbol.asyncDispose]: async () => await session.release(),
    };
  };
  const close = async (): Promise<void> => undefined; // sessions are released one by one
  return {
    name: "wasm",
    threads,
    version: `onnxruntime-web ${runtime.env.versions.web ?? runtime.env.versions.common}`,
    algebra: engineAlgebra(load),
    load,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The writer of ONNX files is loaded for graph values alone: a page that runs a finished model never fetches it. */
async function asBytes(source: ModelSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if ("path" in source)
    throw new RootstockError("E_ENGINE", "engine: wasm has no files; expected a model's bytes, got a path.");
  const { encodeModel } = await import("../graph/onnx/encode-model.ts");
  return encodeModel(source);
}

async function asEngineError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new RootstockError(
      "E_ENGINE",
      `engine: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
