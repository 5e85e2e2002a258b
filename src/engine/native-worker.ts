import { parentPort, workerData } from "node:worker_threads";
import ort from "onnxruntime-node";
import { RootstockError, toErrorRecord } from "../base/errors.ts";
import { fromOrtTensor, toOrtTensor, valueInfos } from "./ort-tensor.ts";
import { type WorkerAnswer, type WorkerRequest, type WorkerSettings, buffersOf } from "./worker-protocol.ts";

/** ONNX Runtime's `run` blocks its thread while it computes, so it has one of its own: this. */
const { threads } = workerData as WorkerSettings;
const sessions = new Map<number, ort.InferenceSession>();
let queue: Promise<void> = Promise.resolve();

parentPort!.on("message", (request: WorkerRequest) => {
  queue = queue.then(() => answer(request));
});

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const reply = await handle(request);
    const buffers = "outputs" in reply ? buffersOf(Object.values(reply.outputs)) : [];
    parentPort!.postMessage(reply, buffers);
  } catch (error) {
    const words =
      error instanceof RootstockError
        ? error
        : new RootstockError("E_ENGINE", `engine: ${(error as Error).message}`);
    parentPort!.postMessage({ id: request.id, error: toErrorRecord(words) } satisfies WorkerAnswer);
  }
}

async function handle(request: WorkerRequest): Promise<WorkerAnswer> {
  const { id, session } = request;
  if (request.kind === "load") return { id, loaded: await load(session, request.source) };
  if (request.kind === "run") return { id, outputs: await run(session, request) };
  await sessions.get(session)?.release();
  sessions.delete(session);
  return { id, unloaded: true };
}

async function load(
  id: number,
  source: Uint8Array | string,
): Promise<{ inputs: ReturnType<typeof valueInfos>; outputs: ReturnType<typeof valueInfos> }> {
  const options: ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  const session = await (typeof source === "string"
    ? ort.InferenceSession.create(source, options)
    : ort.InferenceSession.create(source, options));
  sessions.set(id, session);
  return { inputs: valueInfos(session.inputMetadata), outputs: valueInfos(session.outputMetadata) };
}

async function run(
  id: number,
  { feeds, outputs }: Extract<WorkerRequest, { kind: "run" }>,
): Promise<Record<string, ReturnType<typeof fromOrtTensor>>> {
  const session = sessions.get(id)!;
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(ort, tensor)]),
  );
  const results = outputs === null ? await session.run(given) : await session.run(given, [...outputs]);
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor)]));
}
