import type { Algebra } from "../base/algebra.ts";
import type { Model, ValueInfo } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { PictureFile, SeenPicture } from "./picture-file.ts";

/** What can be loaded: a graph value, the bytes of an .onnx file, or its path (external data beside it is found). */
export type ModelSource = Model | Uint8Array | { readonly path: string };

/** Inputs of a run by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** A loaded network. */
export interface Session extends AsyncDisposable {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Runs the network once. Feeds with `transfer: true` lose their buffers to the worker (no copy).
   * Throws E_ENGINE with the runtime's own words (the node is named in them), the signal's reason once it fires.
   */
  run(
    feeds: Feeds,
    options?: { signal?: AbortSignal | undefined; transfer?: boolean; outputs?: readonly string[] },
  ): Promise<Record<string, Tensor>>;
  /**
   * The network's output of `columns` values for pictures in files, at most as many as it has inputs (uint8 [H, W, 3]
   * each). The thread that computes reads and decodes them, so that no pixels cross a thread. What is wrong with a
   * picture is its `error`; throws E_ENGINE and the signal's reason. Absent in a runtime without threads and files.
   */
  look?(
    pictures: readonly PictureFile[],
    options: { readonly columns: number; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly SeenPicture[]>;
}

/** How a network is held. A runtime with one thread and no say over memory ignores the first two. */
export interface LoadOptions {
  /**
   * `together` (default): runs follow one another, each on all threads. `apart`: as many runs at a time as there are
   * threads (up to 8), each on a thread of its own and with its own copy of the weights; the faster way through many
   * small independent runs, because nothing waits for the slowest thread of every node.
   */
  readonly threading?: "together" | "apart";
  /** `kept` (default): working memory stays for the next run. `returned`: freed after each, for inputs that vary in size. */
  readonly memory?: "kept" | "returned";
  /** Hashes of pictures that `look` is to scan alone: their values are known. */
  readonly known?: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/** A runtime: ONNX Runtime native (in worker threads) or wasm, behind the same small interface. */
export interface Engine extends AsyncDisposable {
  readonly name: "native" | "wasm";
  readonly threads: number;
  /** The runtime's version, for `run.json` and `doctor`. */
  readonly version: string;
  /** ONNX Runtime as BLAS. */
  readonly algebra: Algebra;
  load(source: ModelSource, options?: LoadOptions): Promise<Session>;
  /** What `await using` does at the end of a block, for code without it. */
  close(): Promise<void>;
}
