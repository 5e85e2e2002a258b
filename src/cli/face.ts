import { type ErrorRecord, errorCodes, toErrorRecord } from "../base/errors.ts";
import type { Run } from "../base/events.ts";
import { createProgress } from "./progress.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The terminal as commands see it: data goes to stdout, everything else to stderr. */
export interface Face {
  readonly signal: AbortSignal;
  print(text: string): void;
  say(text: string): void;
  /** Draws a run's events on stderr while it works and hands back its result. */
  follow<T>(run: Run<T>, options: CommonOptions): Promise<T>;
  /** Ends the command with this exit code although nothing was thrown. */
  exitWith(code: number): void;
}

/** The real terminal. Ctrl-C once asks the work to stop in order; twice ends the process. */
export function createFace(): Face {
  const controller = new AbortController();
  process.on("SIGINT", () => stop(controller));
  process.on("SIGTERM", () => stop(controller));
  process.stdout.on("error", endOnClosedPipe);
  return {
    signal: controller.signal,
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    follow: async (run, { quiet = false }) => {
      const progress = createProgress(process.stderr, { isQuiet: quiet });
      for await (const event of run) progress.report(event);
      progress.end();
      return await run.result;
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
}

/** Tells an error the house's way and sets the exit code that its kind asks for. */
export function tellError(face: Face, error: unknown, options: CommonOptions): void {
  const record = toErrorRecord(error);
  if (options.json === true) face.print(JSON.stringify({ error: record }));
  face.say(formatError(record));
  if (record.code === "E_INTERNAL" && error instanceof Error) face.say(error.stack ?? "");
  face.exitWith(errorCodes[record.code]);
}

/** `rootstock: message [E_CODE]`, and the next step on a line of its own. */
export function formatError({ code, message, hint }: ErrorRecord): string {
  return `rootstock: ${message} [${code}]${hint === "" ? "" : `\n  ${hint}`}`;
}

function stop(controller: AbortController): void {
  if (controller.signal.aborted) process.exit(130);
  process.stderr.write("\nrootstock: stopping in order; press Ctrl-C again to stop at once.\n");
  controller.abort();
}

/** `rootstock predict ... | head` must end quietly when the reader has seen enough. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
