import { setTimeout as sleep } from "node:timers/promises";
import type { Job as QueuedJob, Worker } from "bullmq";
import { RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import type { Report, WorkEvent } from "../base/events.ts";
import type { JobMessage } from "./message.ts";
import { type QueueConnection, queueName } from "./queue-connection.ts";

/** How a worker serves. */
export interface ServeOptions {
  /** Does a job and commits its outcome. Throws what another try, here or elsewhere, may do better. */
  perform(message: JobMessage, options: { report: Report; signal: AbortSignal }): Promise<void>;
  /** A worker without a sign of life for so long has lost its job to another. */
  readonly leaseSeconds: number;
  /** Ends after so long without a job; null waits for ever. */
  readonly idleSeconds: number | null;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/** This machine cannot do what the run asks, whatever the job: the job goes back, and the worker ends. */
export class Refusal extends Error {
  readonly reason: RootstockError;

  constructor(reason: RootstockError) {
    super(reason.message);
    this.reason = reason;
  }
}

/** What a worker tells whoever waits for a job, beside that it is done. */
export type JobNews = { readonly event: WorkEvent } | { readonly refused: ReturnType<typeof toErrorRecord> };

/** Takes jobs off the queue, one at a time, until it is idle, refuses one, or is stopped. Returns how many it did. */
export async function serveQueue(connection: QueueConnection, options: ServeOptions): Promise<number> {
  const { signal } = options;
  const refused = new AbortController();
  const state: WorkerState = { done: 0, atWork: false, lastMs: performance.now() };
  const worker = openWorker(connection, options, async (job) => {
    state.atWork = true;
    try {
      await performOne(job, options);
      state.done += 1;
    } catch (error) {
      if (error instanceof Refusal) refused.abort(error.reason);
      throw error;
    } finally {
      state.atWork = false;
      state.lastMs = performance.now();
    }
  });
  const either = signal ? AbortSignal.any([signal, refused.signal]) : refused.signal;
  await untilEnd(state, { ...options, signal: either });
  await closeWithin(worker, 5000);
  either.throwIfAborted();
  return state.done;
}

interface WorkerState {
  done: number;
  atWork: boolean;
  lastMs: number;
}

/** BullMQ's worker. A job that says nothing against itself goes back to the others; any other failure is tried again. */
function openWorker(
  { bullmq, client }: QueueConnection,
  { leaseSeconds }: ServeOptions,
  perform: (job: QueuedJob) => Promise<void>,
): Worker {
  const process = async (job: QueuedJob, token?: string): Promise<void> => {
    try {
      await perform(job);
    } catch (error) {
      if (!(error instanceof Refusal) && !isAbort(error))
        throw new Error(JSON.stringify(toErrorRecord(error)), { cause: error });
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
  };
  const worker = new bullmq.Worker(queueName, process, {
    connection: client,
    concurrency: 1,
    lockDuration: leaseSeconds * 1000,
    stalledInterval: leaseSeconds * 1000,
    maxStalledCount: 1000, // a lost worker says nothing against its job
  });
  worker.on("error", () => undefined); // losses of the connection are told by the connection
  return worker;
}

/** What the one who asks is told of, too. */
const newsTypes: ReadonlySet<string> = new Set<WorkEvent["type"]>(["warning", "notice", "metric"]);

async function performOne(
  job: QueuedJob,
  { perform, report, signal = new AbortController().signal }: ServeOptions,
): Promise<void> {
  const { jobMessage } = await import("./message.ts");
  const message = jobMessage.parse(job.data);
  try {
    await perform(message, {
      signal,
      report: (event) => {
        report(event);
        if (newsTypes.has(event.type))
          void job.updateProgress({ event } satisfies JobNews).catch(() => undefined);
      },
    });
  } catch (error) {
    if (error instanceof Refusal) await job.updateProgress({ refused: toErrorRecord(error.reason) });
    throw error;
  }
}

async function untilEnd(
  state: { readonly atWork: boolean; readonly lastMs: number },
  { idleSeconds, signal }: { idleSeconds: number | null; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await sleep(200, undefined, { signal }).catch(() => undefined);
    const idle = (performance.now() - state.lastMs) / 1000;
    if (idleSeconds !== null && !state.atWork && idle >= idleSeconds) return;
  }
}

/** In order where the server answers; without it there is nobody to say goodbye to. */
async function closeWithin(worker: Worker, ms: number): Promise<void> {
  const closed = worker.close().catch(() => undefined);
  await Promise.race([closed, sleep(ms, undefined, { ref: false })]);
}
