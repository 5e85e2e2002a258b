import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const program = join(process.cwd(), "dist", "src", "cli", "main.js");

/** A process of the command line under way, with what it has said. */
export interface Started {
  readonly child: ChildProcess;
  said(): string;
  /** What it has printed on stdout. */
  printed(): string;
  /** Waits until it has said this; throws what it said instead where it ends before. */
  says(pattern: RegExp): Promise<void>;
  /** Its exit code, or the signal that it died of. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts the built command line. */
export function startRootstock(
  words: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Started {
  const child = spawn(process.execPath, [program, ...words], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    child,
    said: () => said,
    printed: () => printed,
    ended,
    says: async (pattern) => {
      let isOver = false;
      const over = Promise.race([ended, sleep(60_000, undefined, { ref: false })]).then(
        () => (isOver = true),
      );
      while (!pattern.test(said)) {
        if (isOver) throw new Error(`expected ${String(pattern)}, got ${said}${printed}`);
        await Promise.race([once(child.stderr, "data"), over]);
      }
    },
  };
}

/** The server's program on this machine; null where there is none. */
export const redisProgram: string | null =
  ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

/** A server on loopback with a password, whose queue outlives it. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  /** As the machine's power supply would. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts Redis or Valkey in a folder of its own. */
export async function startRedis(folder: string, password: string, port?: number): Promise<RedisServer> {
  port ??= await freePort();
  await mkdir(folder, { recursive: true });
  const words = ["--port", `${port}`, "--bind", "127.0.0.1", "--requirepass", password, "--dir", folder];
  const lasting = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const child = spawn(redisProgram!, [...words, ...lasting], { stdio: ["ignore", "pipe", "inherit"] });
    server = child;
    let said = "";
    while (!said.includes("Ready to accept connections"))
      said += String((await once(child.stdout, "data"))[0]);
    child.stdout.resume();
  };
  const kill = async (): Promise<void> => {
    if (server === null) return;
    const closed = once(server, "close");
    server.kill("SIGKILL");
    await closed;
    server = null;
  };
  await start();
  const address = `redis://:${password}@127.0.0.1:${port}/0`;
  return { port, address, start, kill, [Symbol.asyncDispose]: kill };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
