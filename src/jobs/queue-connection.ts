import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis, RedisOptions } from "ioredis";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { peerVersions } from "../files/package-version.ts";
import { tell } from "../words/fact.ts";
import { type QueueAddress, parseQueueAddress } from "./queue-address.ts";

/** An open connection to the Redis or Valkey server that keeps a queue. */
export interface QueueConnection extends AsyncDisposable {
  readonly shown: string;
  readonly client: Redis;
  readonly bullmq: Pick<typeof import("bullmq"), "Queue" | "QueueEvents" | "Worker" | "WaitingError">;
  /** How often the connection came back after it was lost: what the server knew may be lost too. */
  returns(): number;
}

/** The one queue; runs share it, and every worker serves all of them. */
export const queueName = "rootstock";

const connectMs = 10_000;
const longestPauseMs = 2000;

/**
 * Connects to a queue. A server that goes away later is waited for, and that is told once each time.
 * Throws E_OPTION for a faulty address, E_QUEUE where the packages are not installed or no server answers as it should;
 * user and password are in no message.
 */
export async function openQueueConnection(
  text: string,
  { report, signal }: WorkOptions,
): Promise<QueueConnection> {
  const address = parseQueueAddress(text);
  const { bullmq, Redis: Client } = await loadPeers();
  let isOpen = false;
  let returns = 0;
  const { client, closeAll } = trackedClient(Client, {
    ...connectionOptions(address),
    retryStrategy: (times) => (isOpen ? Math.min(100 * 2 ** Math.min(times, 6), longestPauseMs) : null),
  });
  const trouble = watch(client, (event) => {
    if (!isOpen) return;
    if (event === "back") returns += 1;
    const name = event === "back" ? "queueIsBack" : "queueIsGone";
    report?.({ type: "notice", ...tell(name, { queue: address.shown }) });
  });
  try {
    await Promise.race([
      client.connect(),
      sleep(connectMs, undefined, { ref: false, signal }).then(timedOut),
    ]);
    await client.ping();
    if (trouble() !== undefined) throw new Error(trouble()); // a database that is not there, for one
  } catch (error) {
    closeAll();
    signal?.throwIfAborted();
    throw noAnswer(address, trouble() ?? (error as Error).message);
  }
  isOpen = true;
  return {
    shown: address.shown,
    client,
    bullmq,
    returns: () => returns,
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      closeAll();
    },
  };
}

/** A client that knows its duplicates: one that the queue's own goodbye left behind would keep the process alive. */
function trackedClient(
  Client: typeof Redis,
  options: RedisOptions,
): { readonly client: Redis; closeAll: () => void } {
  const open: Redis[] = [];
  const build = (more: Partial<RedisOptions> = {}): Redis => {
    const client = new Client({ ...options, ...more });
    client.on("error", () => undefined); // told by the first one's watch
    client.duplicate = build;
    open.push(client);
    return client;
  };
  return {
    client: build(),
    closeAll: () => {
      for (const client of open) client.disconnect();
    },
  };
}

function connectionOptions(address: QueueAddress): RedisOptions {
  const { host, port, database, username, password, isEncrypted } = address;
  return {
    host,
    port,
    db: database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isEncrypted ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    lazyConnect: true,
    connectTimeout: connectMs,
    maxRetriesPerRequest: null, // a command waits until the server is back
  };
}

/** Listens for losses and returns; hands back what names the last trouble. */
function watch(client: Redis, tellOf: (event: "gone" | "back") => void): () => string | undefined {
  let trouble: string | undefined;
  let isGone = false;
  client.on("error", (error: Error & { code?: string }) => {
    trouble = error.message || error.code;
  });
  client.on("close", () => {
    if (!isGone) tellOf("gone");
    isGone = true;
  });
  client.on("ready", () => {
    if (isGone) tellOf("back");
    isGone = false;
  });
  return () => trouble;
}

function timedOut(): never {
  throw new Error(`nothing in ${connectMs / 1000} s`);
}

function noAnswer({ shown, password }: QueueAddress, reason: string): RootstockError {
  const told = password === undefined ? reason : reason.replaceAll(password, "(password)");
  return new RootstockError(
    "E_QUEUE",
    `queue ${shown}: expected an answer, got ${told.replace(/\.$/, "")}.`,
    {
      hint: "Check that Redis or Valkey runs there, that this machine may reach it, and the user and password.",
    },
  );
}

async function loadPeers(): Promise<Pick<QueueConnection, "bullmq"> & { Redis: typeof Redis }> {
  try {
    const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis: ioredis.Redis };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const wanted = ["bullmq", "ioredis"].map((name) => `${name}@${peerVersions[name]}`);
    throw new RootstockError(
      "E_QUEUE",
      `queue: expected the packages ${wanted.join(" and ")}, found ${(cause as Error).message.includes("ioredis") ? "no ioredis" : "no bullmq"}.`,
      { hint: `Install them beside rootstock: npm install ${wanted.join(" ")}`, cause },
    );
  }
}
