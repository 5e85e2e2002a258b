import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RootstockError } from "../src/base/errors.ts";
import type { WorkEvent } from "../src/base/events.ts";
import type { Job, Stage } from "../src/jobs/job.ts";
import { overQueue } from "../src/jobs/over-queue.ts";
import { openQueueConnection } from "../src/jobs/queue-connection.ts";
import { Refusal, type ServeOptions, serveQueue } from "../src/jobs/serve-queue.ts";
import { temporaryFolder } from "./pattern-photos.ts";
import { type RedisServer, redisProgram, startRedis } from "./processes.ts";

// The messenger between machines on a real server, with work that is only pretended.

const id = (digit: number): string => `${digit}`.repeat(64);
const jobs = [1, 2, 3].map((fold): Job => ({ id: id(fold), data: { kind: "fit", recipe: "svm", fold } }));

/** What both sides see: which outcomes are there. */
function openBoard(): { stage: Stage; there: Set<string>; told: WorkEvent[] } {
  const there = new Set<string>();
  const told: WorkEvent[] = [];
  const stage: Stage = {
    kind: "fit",
    report: (event) => told.push(event),
    done: async (asked) => new Set(asked.map((job) => job.id).filter((one) => there.has(one))),
    perform: async () => expect.unreachable(),
  };
  return { stage, there, told };
}

describe.skipIf(redisProgram === null)("a queue", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let redis: RedisServer;

  beforeAll(async () => {
    folder = await temporaryFolder();
    redis = await startRedis(join(folder.path, "redis"), "secret");
  });
  afterAll(async () => {
    await redis.kill();
    await folder[Symbol.asyncDispose]();
  });

  /** A worker until `end` is called; its outcome says how it ended. */
  async function work(
    perform: ServeOptions["perform"],
  ): Promise<{ end: () => void; outcome: Promise<unknown> }> {
    const controller = new AbortController();
    const connection = await openQueueConnection(redis.address, {});
    const { signal } = controller;
    const options = { perform, leaseSeconds: 2, idleSeconds: null, report: () => undefined, signal };
    const outcome = serveQueue(connection, options)
      .catch((error: unknown) => error)
      .finally(async () => await connection[Symbol.asyncDispose]());
    return { end: () => controller.abort(), outcome };
  }

  test("what fails at every try is given up after three, by its error, and the rest is done", async () => {
    const { stage, there, told } = openBoard();
    const tries: string[] = [];
    const worker = await work(async (message, { report }) => {
      tries.push(message.id);
      report({ type: "warning", code: "W_SLOW", message: "slow" });
      if (message.id === id(2)) throw new RootstockError("E_ENGINE", "no memory.", { hint: "Buy some." });
      there.add(message.id);
    });
    await using connection = await openQueueConnection(redis.address, {});
    const givenUp: unknown[] = [];
    const giveUp = async (job: Job, error: unknown): Promise<void> => {
      givenUp.push(job.id, error);
      there.add(job.id);
    };
    await overQueue(connection, { folder: folder.path, giveUp })(jobs, stage);
    expect(givenUp).toEqual([id(2), { code: "E_ENGINE", message: "no memory.", hint: "Buy some." }]);
    expect(tries.toSorted()).toEqual([id(1), id(2), id(2), id(2), id(3)]);
    expect(told).toContainEqual({ type: "warning", code: "W_SLOW", message: "slow" });
    worker.end();
    expect(await worker.outcome).toMatchObject({ name: "AbortError" });
  });

  test("a worker that refuses a run gives its task back, and another does it", async () => {
    const { stage, there, told } = openBoard();
    const reason = new RootstockError("E_DATA", "other pictures.");
    const odd = await work(async () => {
      throw new Refusal(reason);
    });
    await using connection = await openQueueConnection(redis.address, {});
    const asked = overQueue(connection, { folder: folder.path, giveUp: async () => undefined })(jobs, stage);
    expect(await odd.outcome).toBe(reason);
    const worker = await work(async (message) => void there.add(message.id));
    await asked;
    expect(there.size).toBe(3);
    expect(told).toContainEqual(expect.objectContaining({ type: "warning", code: "E_DATA" }));
    worker.end();
    await worker.outcome;
  });

  test("a server that has lost everything is sent it again", async () => {
    const { stage, there, told } = openBoard();
    await using connection = await openQueueConnection(redis.address, { report: stage.report });
    const asked = overQueue(connection, { folder: folder.path, giveUp: async () => undefined })(jobs, stage);
    while ((await connection.client.llen("bull:rootstock:wait")) < 3) await connection.client.ping();
    await redis.kill();
    await rm(join(folder.path, "redis"), { recursive: true });
    redis = await startRedis(join(folder.path, "redis"), "secret", redis.port);
    const worker = await work(async (message) => void there.add(message.id));
    await asked;
    expect(there.size).toBe(3);
    expect(told.flatMap((event) => (event.type === "notice" ? [event.fact?.name] : []))).toEqual(
      expect.arrayContaining(["queueIsGone", "queueIsBack"]),
    );
    worker.end();
    await worker.outcome;
  });

  test("who stops asking takes back what nobody has begun", async () => {
    const { stage } = openBoard();
    const controller = new AbortController();
    await using connection = await openQueueConnection(redis.address, {});
    const stopped = { ...stage, signal: controller.signal };
    const asked = overQueue(connection, { folder: folder.path, giveUp: async () => undefined })(
      jobs,
      stopped,
    );
    while ((await connection.client.llen("bull:rootstock:wait")) < 3) await connection.client.ping();
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    expect(await connection.client.llen("bull:rootstock:wait")).toBe(0);
  });

  test("a wrong password, a database that is not there and a server that is not: told without the password", async () => {
    const faults = [
      "redis://:not-the-one@127.0.0.1:PORT/0",
      "redis://:secret@127.0.0.1:PORT/99",
      "redis://:not-the-one@127.0.0.1:1",
    ];
    for (const fault of faults) {
      const error: unknown = await openQueueConnection(fault.replace("PORT", `${redis.port}`), {}).catch(
        (one: unknown) => one,
      );
      expect(error).toMatchObject({
        code: "E_QUEUE",
        message: expect.stringMatching(/^queue redis:\/\/127/) as string,
      });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/not-the-one|secret/);
    }
  });
});
