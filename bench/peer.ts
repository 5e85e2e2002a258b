import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A peer process that answers one JSON line with another. */
export interface Peer extends AsyncDisposable {
  /** Its first line: versions. */
  readonly greeting: Readonly<Record<string, unknown>>;
  ask<T>(request: unknown): Promise<T>;
}

/** Starts `python script ...words`; what it prints on stderr is ours to see. Fails when it ends without an answer. */
export async function openPeer(python: string, script: string, words: readonly string[]): Promise<Peer> {
  const child = spawn(python, [script, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`${script}: the peer ended without an answer.`);
    return JSON.parse(value);
  };
  return {
    greeting: (await answer()) as Record<string, unknown>,
    ask: async <T>(request: unknown) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await answer()) as T;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}
