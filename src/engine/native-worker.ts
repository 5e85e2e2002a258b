import { parentPort, workerData } from "node:worker_threads";
import ort from "onnxruntime-node";
import { RootstockError, toErrorRecord } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Feeds } from "./engine.ts";
import { fromOrtTensor, toOrtTensor, valueInfos } from "./ort-tensor.ts";
import { type WorkerGate, passGate } from "./worker-gate.ts";
import type { AnswerOf, CallName, RequestOf, WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";
import { buffersOf } from "./worker-protocol.ts";

/** A network, and the pictures whose values nobody will ask of it. */
interface Loaded {
  readonly network: ort.InferenceSession;
  readonly known: ReadonlySet<string>;
}

/** What an answer is, and the buffers that move with it. */
interface Reply {
  readonly answer: AnswerOf<CallName>;
  readonly buffers?: ArrayBuffer[];
}

/** ONNX Runtime's `run` blocks its thread while it computes, so it has one of its own: this. */
const sessions = new Map<number, Loaded>();
const gate = workerData as WorkerGate;
let queue: Promise<unknown> = Promise.resolve();

/** Computations follow one another; the pictures of one are read and decoded while the one before it computes. */
parentPort!.on("message", async (request: WorkerRequest) => {
  const { id } = request;
  try {
    const { answer, buffers = [] } = await pass(async () => {
      const compute = await begin(request);
      const turn = queue.then(() => pass(compute));
      queue = turn.catch(() => undefined);
      return await turn;
    });
    parentPort!.postMessage({ id, answer } satisfies WorkerAnswer, buffers);
  } catch (error) {
    parentPort!.postMessage({ id, error: toErrorRecord(asEngineError(error)) } satisfies WorkerAnswer);
  }
});

async function pass<T>(work: () => Promise<T>): Promise<T> {
  const outcome = await passGate(gate, work);
  if (outcome === undefined) throw new RootstockError("E_ENGINE", "engine: it is closed.");
  return outcome;
}

/** Does what need not wait for its turn; returns the rest. */
async function begin({ kind, body }: WorkerRequest): Promise<() => Promise<Reply>> {
  if (kind === "load") return async () => ({ answer: await load(body) });
  if (kind === "run") return async () => await run(body);
  if (kind === "look") return await beginLook(body);
  return async () => {
    const loaded = sessions.get(body.session);
    sessions.delete(body.session);
    await loaded?.network.release();
    return { answer: null };
  };
}

async function load({ session, source, ...settings }: RequestOf<"load">): Promise<AnswerOf<"load">> {
  const options: ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: settings.keepsMemory,
    enableMemPattern: settings.keepsMemory,
    logSeverityLevel: 4, // errors are thrown; printing them too would soil the user's terminal
  };
  const network = await (typeof source === "string"
    ? ort.InferenceSession.create(source, options)
    : ort.InferenceSession.create(source, options));
  sessions.set(session, { network, known: new Set(settings.known) });
  return { inputs: valueInfos(network.inputMetadata), outputs: valueInfos(network.outputMetadata) };
}

async function run({ session, feeds, outputs }: RequestOf<"run">): Promise<Reply> {
  const answer = await compute(sessions.get(session)!, feeds, outputs);
  return { answer, buffers: buffersOf(Object.values(answer)) };
}

/** The decoder is loaded by the first look alone: an engine that trains never needs it. */
async function beginLook({ session, pictures, columns }: RequestOf<"look">): Promise<() => Promise<Reply>> {
  const { readPictures, seePictures } = await import("./look-at-pictures.ts");
  const loaded = sessions.get(session)!;
  const read = await readPictures(pictures, loaded);
  return async () => {
    const { inputMetadata: inputs, outputMetadata: outputs } = loaded.network;
    const answer = await seePictures(read, {
      inputs,
      outputs,
      columns,
      run: async (feeds) => await compute(loaded, feeds, null),
    });
    return { answer, buffers: answer.flatMap(({ values }) => (values?.buffer as ArrayBuffer) ?? []) };
  };
}

async function compute(
  { network }: Loaded,
  feeds: Feeds,
  outputs: readonly string[] | null,
): Promise<Record<string, Tensor>> {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(ort, tensor)]),
  );
  try {
    const results = outputs === null ? await network.run(given) : await network.run(given, [...outputs]);
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor)]));
  } catch (error) {
    throw asEngineError(error);
  }
}

function asEngineError(error: unknown): RootstockError {
  if (error instanceof RootstockError) return error;
  return new RootstockError("E_ENGINE", `engine: ${(error as Error).message}`);
}
