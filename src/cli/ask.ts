import { createInterface } from "node:readline/promises";
import type { Ask } from "../workflow/backbones/add-backbone.ts";
import { RootstockError } from "../base/errors.ts";

/** Puts questions to the person at the terminal, one a line, on stderr. */
export interface Asker extends Disposable {
  readonly ask: Ask;
}

interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * A person to ask, or null where there is none: input or error output is no terminal.
 * An end of input (Ctrl-D) throws E_USAGE; Ctrl-C interrupts the process as it does elsewhere.
 */
export function openAsker(
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Asker | null {
  if (!input.isTTY || !output.isTTY) return null;
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  lines.on("close", () => ended.abort());
  lines.on("SIGINT", () => void process.kill(process.pid, "SIGINT"));
  const either = AbortSignal.any([signal, ended.signal]);
  return {
    ask: async ({ flag, text, guess }, fault) => {
      const said = fault === null ? "" : `${fault}\n`;
      const shown = guess === null || guess === "" ? "" : ` [${guess}]`;
      try {
        return await lines.question(`${said}${flag}: ${text}${shown}\n> `, { signal: either });
      } catch (error) {
        signal.throwIfAborted();
        if (!ended.signal.aborted) throw error;
        throw new RootstockError(
          "E_USAGE",
          `backbones add: expected an answer for --${flag}, got the end of the input.`,
        );
      }
    },
    [Symbol.dispose]: () => lines.close(),
  };
}

/**
 * Asks the person at the terminal for a yes; null where there is nobody: input or error output is no terminal. Anything
 * but a yes, the end of the input among it, is a no.
 */
export async function askYes(
  question: string,
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean | null> {
  if (!input.isTTY || !output.isTTY) return null;
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  lines.on("close", () => ended.abort());
  lines.on("SIGINT", () => void process.kill(process.pid, "SIGINT"));
  try {
    const answer = await lines.question(question, { signal: AbortSignal.any([signal, ended.signal]) });
    return /^\s*(y|yes|j|ja|是|好|对)\s*$/i.test(answer);
  } catch (error) {
    signal.throwIfAborted();
    if (!ended.signal.aborted) throw error;
    return false;
  } finally {
    lines.close();
  }
}
