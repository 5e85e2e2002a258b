import type { ErrorRecord } from "../base/errors.ts";
import type { ValueInfo } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { PictureFile, SeenPicture } from "./picture-file.ts";

/** What the worker can be asked, and what it answers. */
export interface WorkerCalls {
  load: {
    request: {
      readonly session: number;
      readonly source: Uint8Array | string;
      readonly threads: number;
      /** Whether the runtime keeps its working memory between runs. */
      readonly keepsMemory: boolean;
      /** Hashes of pictures whose values nobody will need. */
      readonly known: readonly string[];
    };
    answer: { readonly inputs: readonly ValueInfo[]; readonly outputs: readonly ValueInfo[] };
  };
  run: {
    request: {
      readonly session: number;
      readonly feeds: Readonly<Record<string, Tensor>>;
      /** null for all. */
      readonly outputs: readonly string[] | null;
    };
    answer: Record<string, Tensor>;
  };
  /** Pictures read and decoded by the worker itself, and what the network makes of them. */
  look: {
    request: {
      readonly session: number;
      /** As many as the network has places, or fewer. */
      readonly pictures: readonly PictureFile[];
      /** Of the network's output. */
      readonly columns: number;
    };
    answer: readonly SeenPicture[];
  };
  unload: { request: { readonly session: number }; answer: null };
}

/** What a worker can be asked. */
export type CallName = keyof WorkerCalls;
/** What a call takes along. */
export type RequestOf<K extends CallName> = WorkerCalls[K]["request"];
/** What a call brings back. */
export type AnswerOf<K extends CallName> = WorkerCalls[K]["answer"];

/** A message to the worker; `id` pairs it with its answer. */
export type WorkerRequest = {
  [K in CallName]: { readonly id: number; readonly kind: K; readonly body: RequestOf<K> };
}[CallName];

/** A message from the worker. */
export type WorkerAnswer =
  | { readonly id: number; readonly answer: AnswerOf<CallName> }
  | { readonly id: number; readonly error: ErrorRecord };

/** The buffers of tensors, each once, for a transfer list. */
export function buffersOf(tensors: Iterable<Tensor>): ArrayBuffer[] {
  return [...new Set([...tensors].map(({ bytes }) => bytes.buffer as ArrayBuffer))];
}
