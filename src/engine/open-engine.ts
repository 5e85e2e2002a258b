import { availableParallelism } from "node:os";
import { RootstockError } from "../base/errors.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import { type Tensor, elementTypes, sizeOf } from "../graph/tensor.ts";
import { engineAlgebra } from "./engine-algebra.ts";
import type { Engine, Feeds, LoadOptions, ModelSource, Session } from "./engine.ts";
import { silenceRuntime } from "./silence-runtime.ts";
import { WorkerPort, closedError } from "./worker-port.ts";
import { buffersOf } from "./worker-protocol.ts";

/** Each lane holds the weights once more, so there is an end to them; threads left over are shared out. */
const maximumLanes = 8;

/**
 * Native ONNX Runtime in worker threads, so that decoding and the caller's event loop go on while it computes.
 * One worker computes with all threads; sessions loaded `apart` have a lane of workers instead, one thread each. Each is
 * started by the first session that needs it.
 * `threads` defaults to all cores. A worker that dies fails every call with E_ENGINE; nothing hangs.
 *
 * @example
 * await using engine = await openEngine();
 * await using session = await engine.load({ path: "network.onnx" });
 * const { logits } = await session.run({ pixel_values });
 */
export async function openEngine(options: { threads?: number } = {}): Promise<Engine> {
  const threads = options.threads ?? availableParallelism();
  const laneCount = Math.min(threads, maximumLanes);
  await silenceRuntime();
  const { default: ort } = await import("onnxruntime-node");
  let together: WorkerPort[] | null = null;
  let lanes: WorkerPort[] | null = null;
  let sessions = 0;
  let isClosed = false;
  const start = (count: number): WorkerPort[] => Array.from({ length: count }, () => new WorkerPort());
  const load = async (source: ModelSource, loading: LoadOptions = {}): Promise<Session> => {
    if (isClosed) throw closedError();
    const isApart = loading.threading === "apart" && laneCount > 1;
    const ports = isApart ? (lanes ??= start(laneCount)) : (together ??= start(1));
    return await loadSession(ports, source, {
      ...loading,
      session: (sessions += 1),
      threads: isApart ? Math.floor(threads / laneCount) : threads,
    });
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.all([...(together ?? []), ...(lanes ?? [])].map((port) => port.close()));
  };
  return {
    name: "native",
    threads,
    version: `onnxruntime-node ${ort.env.versions.node ?? "unknown"}`,
    algebra: engineAlgebra(load),
    load,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Place {
  readonly session: number;
  readonly threads: number;
}

/** The network in every port named; a run goes to the one with the least to do. */
async function loadSession(
  ports: readonly WorkerPort[],
  source: ModelSource,
  { session, threads, memory = "kept", known = new Set(), signal }: LoadOptions & Place,
): Promise<Session> {
  const keepsMemory = memory === "kept";
  const body = { session, source: asBytesOrPath(source), threads, keepsMemory, known: [...known] };
  const unload = async (): Promise<void> => {
    await Promise.allSettled(ports.map((port) => port.ask("unload", { session }))); // already gone is as good
  };
  const loads = ports.map((port) => port.ask("load", body, { signal }));
  const idlest = (): WorkerPort => ports.reduce((best, one) => (one.pending < best.pending ? one : best));
  const [loaded] = await Promise.all(loads).catch(async (error: unknown) => {
    await unload();
    throw error;
  });
  return {
    ...loaded!,
    run: async (feeds, { signal, transfer = false, outputs = null } = {}) => {
      requireWhole(feeds);
      const posted = transfer ? { feeds, transfer: buffersOf(Object.values(feeds)) } : ofWholeMemory(feeds);
      const body = { session, feeds: posted.feeds, outputs };
      return await idlest().ask("run", body, { signal, transfer: posted.transfer });
    },
    look: async (pictures, { columns, signal }) =>
      await idlest().ask("look", { session, pictures, columns }, { signal }),
    [Symbol.asyncDispose]: unload,
  };
}

/** A message takes along all the memory that a view is of: of a view of some of it, a copy goes, which moves as it is. */
function ofWholeMemory(feeds: Feeds): { feeds: Feeds; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const whole = (tensor: Tensor): Tensor => {
    if (tensor.bytes.byteLength === tensor.bytes.buffer.byteLength) return tensor;
    const bytes = new Uint8Array(tensor.bytes);
    transfer.push(bytes.buffer);
    return { ...tensor, bytes };
  };
  return {
    feeds: Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, whole(tensor)])),
    transfer,
  };
}

/** A feed that was transferred before has lost its bytes, and a message with it would never arrive. */
function requireWhole(feeds: Feeds): void {
  for (const [name, { type, dims, bytes }] of Object.entries(feeds)) {
    const expected = sizeOf(dims) * elementTypes[type].sizeBytes;
    if (bytes.byteLength !== expected)
      throw new RootstockError(
        "E_ENGINE",
        `feed "${name}": expected ${expected} bytes for ${type} [${dims}], got ${bytes.byteLength}.`,
        { hint: "A feed given with `transfer` cannot be used again." },
      );
  }
}

function asBytesOrPath(source: ModelSource): Uint8Array | string {
  if (source instanceof Uint8Array) return source;
  return "path" in source ? source.path : encodeModel(source);
}
