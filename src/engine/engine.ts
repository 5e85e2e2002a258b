import type { Algebra } from "../base/algebra.ts";
import type { Model, ValueInfo } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";

/** What can be loaded: a graph value, the bytes of an .onnx file, or its path (external data beside it is found). */
export type ModelSource = Model | Uint8Array | { readonly path: string };

export type Feeds = Readonly<Record<string, Tensor>>;

/** A loaded network. */
export interface Session extends AsyncDisposable {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Runs the network once. Feeds with `transfer: true` lose their buffers to the worker (no copy).
   * Throws E_ENGINE with the runtime's own words, E_ABORTED once the signal fires.
   */
  run(
    feeds: Feeds,
    options?: { signal?: AbortSignal | undefined; transfer?: boolean; outputs?: readonly string[] },
  ): Promise<Record<string, Tensor>>;
}

/** A runtime: ONNX Runtime native (in a worker thread) or wasm, behind the same small interface. */
export interface Engine extends AsyncDisposable {
  readonly name: "native" | "wasm";
  readonly threads: number;
  /** The runtime's version, for `run.json` and `doctor`. */
  readonly version: string;
  /** ONNX Runtime as BLAS. */
  readonly algebra: Algebra;
  load(source: ModelSource): Promise<Session>;
}
