import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import ort from "onnxruntime-node";
import { RootstockError } from "../base/errors.ts";
import { encodeModel } from "../graph/encode-model.ts";
import { engineAlgebra } from "./engine-algebra.ts";
import type { Engine, ModelSource, Session } from "./engine.ts";
import { type WorkerAnswer, type WorkerRequest, type WorkerSettings, buffersOf } from "./worker-protocol.ts";

type WithoutId<R> = R extends WorkerRequest ? Omit<R, "id"> : never;

/**
 * Native ONNX Runtime in a worker thread, so that decoding and the caller's event loop go on while it computes.
 * Runs are answered in the order asked. A worker that dies fails every call with E_ENGINE; nothing hangs.
 */
export async function openEngine(options: { threads?: number } = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const port = openPort({ threads });
  let sessions = 0;
  const load = async (source: ModelSource): Promise<Session> => {
    const session = (sessions += 1);
    const { loaded } = (await port.ask(
      { kind: "load", session, source: asBytesOrPath(source) },
      [],
    )) as Extract<WorkerAnswer, { loaded: unknown }>;
    return {
      ...loaded,
      run: async (feeds, { signal, transfer = false, outputs } = {}) => {
        signal?.throwIfAborted();
        const buffers = transfer ? buffersOf(Object.values(feeds)) : [];
        const answer = await port.ask({ kind: "run", session, feeds, outputs: outputs ?? null }, buffers);
        signal?.throwIfAborted();
        return (answer as Extract<WorkerAnswer, { outputs: unknown }>).outputs;
      },
      [Symbol.asyncDispose]: async () => {
        await port.ask({ kind: "unload", session }, []).catch(() => undefined); // already gone is as good
      },
    };
  };
  return {
    name: "native",
    threads,
    version: `onnxruntime-node ${ort.env.versions.node ?? "unknown"}`,
    algebra: engineAlgebra(load),
    load,
    [Symbol.asyncDispose]: port.close,
  };
}

interface Port {
  ask(request: WithoutId<WorkerRequest>, transfer: readonly ArrayBuffer[]): Promise<WorkerAnswer>;
  close(): Promise<void>;
}

/** The worker behind a question-and-answer port. */
function openPort(settings: WorkerSettings): Port {
  const worker = new Worker(new URL("./native-worker.js", import.meta.url), { workerData: settings });
  const waiting = new Map<
    number,
    { resolve: (answer: WorkerAnswer) => void; reject: (error: unknown) => void }
  >();
  let asked = 0;
  let end: RootstockError | null = null;
  const fail = (reason: string): void => {
    end ??= new RootstockError("E_ENGINE", `engine: ${reason}.`);
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
    worker.unref();
  };
  worker.on("message", (answer: WorkerAnswer) => {
    const { resolve, reject } = waiting.get(answer.id)!;
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref(); // an idle engine keeps no process alive
    if ("error" in answer)
      reject(new RootstockError(answer.error.code, answer.error.message, { hint: answer.error.hint }));
    else resolve(answer);
  });
  worker.on("error", (error) => fail(`the worker thread failed: ${error.message}`));
  worker.on("exit", () => fail("the worker thread has ended"));
  worker.unref();
  return {
    ask: (request, transfer) => {
      if (end !== null) return Promise.reject(end);
      const id = (asked += 1);
      worker.ref();
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...request, id }, transfer);
      });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function asBytesOrPath(source: ModelSource): Uint8Array | string {
  if (source instanceof Uint8Array) return source;
  return "path" in source ? source.path : encodeModel(source);
}
