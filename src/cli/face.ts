import { type ErrorRecord, errorCodes, isAbort, toErrorRecord } from "../base/errors.ts";
import type { Run } from "../base/events.ts";
import { type OutputStream, watchOutput } from "./output-stream.ts";
import { createProgress } from "./progress.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The terminal as commands see it: data goes to stdout, everything else to stderr. */
export interface Face {
  /** Fires when the user asks the work to stop. */
  readonly signal: AbortSignal;
  /** Fires also when nobody reads stdout any more: for work whose only yield is what it prints. */
  readonly readerSignal: AbortSignal;
  print(text: string): void;
  say(text: string): void;
  /** stderr, for progress to be drawn on. */
  readonly messages: OutputStream;
  /** Draws a run's events on stderr while it works and hands back its result. */
  follow<T>(run: Run<T>, options: CommonOptions): Promise<T>;
  /** Ends the command with this exit code although nothing was thrown. */
  exitWith(code: number): void;
}

/**
 * The real terminal. Ctrl-C once asks the work to stop in order; twice ends the process. A reader that has gone
 * (`| head -1`) ends the output, not the work of writing files.
 */
export function createFace(): Face {
  const interrupt = new AbortController();
  const readerGone = new AbortController();
  process.on("SIGINT", (signal) => stop(interrupt, signal));
  process.on("SIGTERM", (signal) => stop(interrupt, signal));
  const output = watchOutput(process.stdout, "standard output", {
    onReaderGone: () => readerGone.abort(),
    onFault: (error) => {
      tellError(face, error, {});
      readerGone.abort();
    },
  });
  const nowhereToTell = (): void => undefined;
  const messages = watchOutput(process.stderr, "error output", {
    onReaderGone: nowhereToTell,
    onFault: nowhereToTell,
  });
  const face: Face = {
    signal: interrupt.signal,
    readerSignal: AbortSignal.any([interrupt.signal, readerGone.signal]),
    messages,
    print: (text) => output.write(`${text}\n`),
    say: (text) => messages.write(`${text}\n`),
    follow: async (run, { quiet = false }) => {
      const progress = createProgress(messages, { isQuiet: quiet });
      for await (const event of run) progress.report(event);
      progress.end();
      return await run.result;
    },
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
  return face;
}

/** Tells an error the house's way and sets the exit code that its kind asks for. */
export function tellError(face: Face, error: unknown, options: CommonOptions): void {
  if (isAbort(error) && !face.signal.aborted && face.readerSignal.aborted) return; // nobody is left to tell
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

/** The second time the signal does what it does to any program: no handler, no waiting for calls under way. */
function stop(interrupt: AbortController, signal: NodeJS.Signals): void {
  if (interrupt.signal.aborted) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    return;
  }
  process.stderr.write("\nrootstock: stopping in order; press Ctrl-C again to stop at once.\n");
  interrupt.abort();
}
