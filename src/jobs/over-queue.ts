import { setTimeout as sleep } from "node:timers/promises";
import type { Job as QueuedJob, Queue } from "bullmq";
import { type ErrorRecord, RootstockError } from "../base/errors.ts";
import { digestOf } from "../runs/task.ts";
import { tell, work } from "../words/fact.ts";
import type { Distribute, Job, Stage } from "./job.ts";
import type { JobMessage } from "./message.ts";
import { type QueueConnection, queueName } from "./queue-connection.ts";
import type { JobNews } from "./serve-queue.ts";

/** Between two looks into the run's folder. */
const lookMs = 500;
/** Between two times that every job still open is put into the queue again, should it have been lost there. */
const repeatMs = 30_000;
/** So long without a worker is told. */
const lonelyMs = 3000;
/** So long without one after one has refused the run, nobody is expected any more. */
const desertedMs = 30_000;

/** What a run sends to the queue, and what becomes of a job that failed wherever it was tried. */
export interface OverQueueOptions {
  /** The run's folder. */
  readonly folder: string;
  giveUp(job: Job, error: ErrorRecord): Promise<void>;
}

/**
 * Hands jobs to workers by a queue and waits until every outcome lies in the run's folder. The queue is only a messenger: a
 * job that it has lost is sent again, one that it has twice is found done. A stopped run takes back what no worker has begun.
 * Throws what a worker refused where no other worker is left, and the signal's reason.
 */
export function overQueue(connection: QueueConnection, options: OverQueueOptions): Distribute {
  return async (jobs, stage) => {
    const open = await openOf(jobs, stage);
    if (open.length === 0) return 0;
    const { Queue, QueueEvents } = connection.bullmq;
    const queue = new Queue(queueName, { connection: connection.client });
    const lastEventId = await lastEventOf(queue, connection);
    const events = new QueueEvents(queueName, { connection: connection.client, lastEventId });
    queue.on("error", () => undefined); // told by the connection
    events.on("error", () => undefined);
    const sent = sentJobs(jobs, options.folder);
    const watch = watchNews(sent, stage);
    events.on("progress", ({ jobId, data }) => watch.see(jobId, data as JobNews));
    try {
      await waitForAll(jobs, { ...options, stage, queue, connection, sent, watch });
    } finally {
      if (stage.signal?.aborted === true) await within(2000, takeBack(queue, sent));
      await within(2000, Promise.all([queue.close(), events.close()]));
    }
    return 0;
  };
}

/** Where the queue's events stand: what is told from now on is heard, even before the listening has begun. */
async function lastEventOf(queue: Queue, { client }: QueueConnection): Promise<string> {
  const [last] = await client.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1);
  return last?.[0] ?? "0-0";
}

/** Jobs by their names in the queue, where other runs, and the same tasks of another folder, have theirs. */
function sentJobs(jobs: readonly Job[], folder: string): ReadonlyMap<string, Job> {
  return new Map(jobs.map((job) => [digestOf([folder, job.id]), job]));
}

interface Waiting extends OverQueueOptions {
  readonly stage: Stage;
  readonly queue: Queue;
  readonly connection: QueueConnection;
  readonly sent: ReadonlyMap<string, Job>;
  readonly watch: NewsWatch;
}

async function waitForAll(jobs: readonly Job[], waiting: Waiting): Promise<void> {
  const { stage, connection, queue, watch } = waiting;
  let sentAtMs = -Infinity;
  let returns = -1;
  const workers = watchWorkers(queue, stage);
  for (let done = -1; done < jobs.length;) {
    stage.signal?.throwIfAborted();
    if (performance.now() - sentAtMs > repeatMs || connection.returns() !== returns) {
      returns = connection.returns();
      sentAtMs = performance.now();
      await untilAborted(send(waiting), stage);
    }
    await untilAborted(settleFailed(waiting), stage);
    const { size } = await stage.done(jobs);
    if (size !== done) tellCount(stage, { done: size, total: jobs.length });
    done = size;
    if (done === jobs.length) return;
    const aloneMs = await untilAborted(workers.aloneMs(), stage);
    if (aloneMs > desertedMs && watch.refusal() !== null) throw watch.refusal()!;
    await sleep(lookMs, undefined, { signal: stage.signal });
  }
}

function tellCount({ report, kind }: Stage, { done, total }: { done: number; total: number }): void {
  report({ type: "progress", ...work("sharedTasks", { kind }), done, total, unit: "tasks" });
}

async function openOf(jobs: readonly Job[], stage: Stage): Promise<Job[]> {
  const done = await stage.done(jobs);
  return jobs.filter(({ id }) => !done.has(id));
}

/** A job of a name that the queue has already is not added again. */
async function send({ queue, sent, stage, folder }: Waiting): Promise<void> {
  const open = new Set(await openOf([...sent.values()], stage));
  const messages = [...sent]
    .filter(([, job]) => open.has(job))
    .map(([jobId, { id, data }]) => ({
      name: data.kind,
      data: { format: 1, folder, id, data } satisfies JobMessage & { format: 1 },
      opts: {
        jobId,
        attempts: 3,
        backoff: { type: "fixed", delay: 1000 },
        removeOnComplete: true,
        removeOnFail: { age: 7 * 24 * 3600 },
      },
    }));
  await queue.addBulk(messages);
}

/** What failed at every try, on whatever machine, is given up. */
async function settleFailed({ queue, sent, giveUp }: Waiting): Promise<void> {
  for (const failed of (await queue.getFailed()) as QueuedJob[]) {
    const job = failed.id === undefined ? undefined : sent.get(failed.id);
    if (job === undefined) continue;
    await giveUp(job, recordOf(failed.failedReason));
    await failed.remove().catch(() => undefined);
  }
}

function recordOf(reason: string): ErrorRecord {
  try {
    return JSON.parse(reason) as ErrorRecord;
  } catch {
    return {
      code: "E_QUEUE",
      message: `queue: a worker ended a task with ${JSON.stringify(reason)}.`,
      hint: "",
    };
  }
}

interface NewsWatch {
  see(jobId: string, news: JobNews): void;
  refusal(): RootstockError | null;
}

/** Passes on what workers tell, so that the run has one stream of events, and keeps the last refusal. */
function watchNews(sent: ReadonlyMap<string, Job>, { report }: Stage): NewsWatch {
  let refusal: RootstockError | null = null;
  return {
    see: (jobId, news) => {
      if (!sent.has(jobId)) return;
      if ("event" in news) report(news.event);
      if (!("refused" in news)) return;
      const { code, message, hint } = news.refused;
      refusal = new RootstockError(code, message, { hint });
      report({ type: "warning", code, ...tell("workerRefused", { message }) });
    },
    refusal: () => refusal,
  };
}

/** Tells once when for some time nobody has been there to do the work. */
function watchWorkers(queue: Queue, { report }: Stage): { aloneMs: () => Promise<number> } {
  let sinceMs = performance.now();
  let isTold = false;
  return {
    aloneMs: async () => {
      const count = await queue.getWorkersCount().catch(() => 1); // a server that does not say is no reason to complain
      if (count > 0) sinceMs = performance.now();
      const aloneMs = performance.now() - sinceMs;
      if (aloneMs > lonelyMs && !isTold) report({ type: "notice", ...tell("noWorkers") });
      isTold ||= aloneMs > lonelyMs;
      return aloneMs;
    },
  };
}

async function takeBack(queue: Queue, sent: ReadonlyMap<string, Job>): Promise<void> {
  for (const id of sent.keys()) await queue.remove(id).catch(() => undefined);
}

async function untilAborted<T>(promise: Promise<T>, { signal }: Stage): Promise<T> {
  if (signal === undefined) return await promise;
  promise.catch(() => undefined); // where the signal came first nobody waits for it
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Ends after `ms` at the latest: a server that is gone answers no goodbye. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  await Promise.race([promise.catch(() => undefined), sleep(ms, undefined, { ref: false })]);
}
