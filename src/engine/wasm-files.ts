import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RootstockError } from "../base/errors.ts";

/** The module that a page imports first; the others are found beside it. */
export const wasmEntry = "ort.wasm.min.mjs";

const names = [wasmEntry, "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

/**
 * The files of `onnxruntime-web` that a page needs to run a model on the processor, as paths. Throws E_ENGINE with the
 * line that installs it: it is an optional peer. `resolve` finds a package's main file.
 */
export function wasmFiles(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): readonly string[] {
  try {
    const folder = dirname(resolve("onnxruntime-web"));
    return names.map((name) => join(folder, name));
  } catch (cause) {
    throw new RootstockError(
      "E_ENGINE",
      "page: expected onnxruntime-web, which runs the model in a browser; it is not installed.",
      {
        hint: "npm install onnxruntime-web@1.30.0",
        cause,
      },
    );
  }
}
