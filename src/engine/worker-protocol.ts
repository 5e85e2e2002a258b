import type { ErrorRecord } from "../base/errors.ts";
import type { ValueInfo } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";

/** What the main thread asks of the worker; `id` pairs it with its answer. */
export type WorkerRequest =
  | {
      readonly kind: "load";
      readonly id: number;
      readonly session: number;
      readonly source: Uint8Array | string;
    }
  | {
      readonly kind: "run";
      readonly id: number;
      readonly session: number;
      readonly feeds: Readonly<Record<string, Tensor>>;
      readonly outputs: readonly string[] | null;
    }
  | { readonly kind: "unload"; readonly id: number; readonly session: number };

export type WorkerAnswer =
  | {
      readonly id: number;
      readonly loaded: { readonly inputs: readonly ValueInfo[]; readonly outputs: readonly ValueInfo[] };
    }
  | { readonly id: number; readonly outputs: Readonly<Record<string, Tensor>> }
  | { readonly id: number; readonly unloaded: true }
  | { readonly id: number; readonly error: ErrorRecord };

/** Given to the worker when it starts. */
export interface WorkerSettings {
  readonly threads: number;
}

/** The buffers of tensors, each once, for a transfer list. */
export function buffersOf(tensors: Iterable<Tensor>): ArrayBuffer[] {
  return [...new Set([...tensors].map(({ bytes }) => bytes.buffer as ArrayBuffer))];
}
