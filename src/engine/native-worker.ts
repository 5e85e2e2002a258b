import { parentPort, workerData } from "node:worker_threads";
import ort from "onnxruntime-node";
import { RootstockError, toErrorRecord } from "../base/errors.ts";
import { fromOrtTensor, toOrtTensor, valueInfos } from "./ort-tensor.ts";
import { type WorkerGate, passGate } from "./worker-gate.ts";
import {
  type AnswerOf,
  type CallName,
  type RequestOf,
  type WorkerAnswer,
  type WorkerRequest,
  buffersOf,
} from "./worker-protocol.ts";

/** ONNX Runtime's `run` blocks its thread while it computes, so it has one of its own: this. */
const sessions = new Map<number, ort.InferenceSession>();
const gate = workerData as WorkerGate;
let queue: Promise<void> = Promise.resolve();

parentPort!.on("message", (request: WorkerRequest) => {
  queue = queue.then(() => reply(request));
});

async function reply(request: WorkerRequest): Promise<void> {
  const { id } = request;
  try {
    const answer = await passGate(gate, async () => await handle(request));
    if (answer === undefined) throw new RootstockError("E_ENGINE", "engine: it is closed.");
    const buffers = request.kind === "run" ? buffersOf(Object.values(answer as AnswerOf<"run">)) : [];
    parentPort!.postMessage({ id, answer } satisfies WorkerAnswer, buffers);
  } catch (error) {
    const words =
      error instanceof RootstockError
        ? error
        : new RootstockError("E_ENGINE", `engine: ${(error as Error).message}`);
    parentPort!.postMessage({ id, error: toErrorRecord(words) } satisfies WorkerAnswer);
  }
}

async function handle({ kind, body }: WorkerRequest): Promise<AnswerOf<CallName>> {
  if (kind === "load") return await load(body);
  if (kind === "run") return await run(body);
  await sessions.get(body.session)?.release();
  sessions.delete(body.session);
  return null;
}

async function load({ session, source, threads, keepsMemory }: RequestOf<"load">): Promise<AnswerOf<"load">> {
  const options: ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: keepsMemory,
    enableMemPattern: keepsMemory,
    logSeverityLevel: 4, // errors are thrown; printing them too would soil the user's terminal
  };
  const loaded = await (typeof source === "string"
    ? ort.InferenceSession.create(source, options)
    : ort.InferenceSession.create(source, options));
  sessions.set(session, loaded);
  return { inputs: valueInfos(loaded.inputMetadata), outputs: valueInfos(loaded.outputMetadata) };
}

async function run({ session, feeds, outputs }: RequestOf<"run">): Promise<AnswerOf<"run">> {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(ort, tensor)]),
  );
  const loaded = sessions.get(session)!;
  const results = outputs === null ? await loaded.run(given) : await loaded.run(given, [...outputs]);
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor)]));
}
