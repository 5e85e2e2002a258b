import { type ErrorRecord, errorCodes, isAbort, toErrorRecord } from "../base/errors.ts";
import type { Run, WorkEvent } from "../base/events.ts";
import { escapeControls, quoteName } from "../base/quote-name.ts";
import { wrapText } from "../base/wrap-text.ts";
import { type Words, english } from "../words/en/en.ts";
import { errorInWords } from "../words/fact.ts";
import type { Language } from "../words/language.ts";
import { type OutputStream, watchOutput } from "./output-stream.ts";
import { type ProgressView, createProgress } from "./progress.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Read before the commands are built, for their help; here so that it is one of their options. */
  readonly lang?: Language;
}

/**
 * The terminal as commands see it: data goes to stdout, everything else to stderr. Whatever a file or a class is called,
 * a line stays one line that steers nothing: `print` and `say` take line by line and escape what is inside, `row` quotes.
 */
export interface Face {
  /** Fires when the user asks the work to stop. */
  readonly signal: AbortSignal;
  /** Fires also when nobody reads stdout any more: for work whose only yield is what it prints. */
  readonly readerSignal: AbortSignal;
  /** Columns of stdout; Infinity where it is no terminal: what is piped is not wrapped. */
  readonly width: number;
  /** The messages of the reader's language. */
  readonly words: Words;
  /** Lines of text for people, wrapped between words at the terminal's width. */
  print(...lines: readonly string[]): void;
  /** One line of fields with tabs between, for people and for `cut`: never wrapped, a name with a tab in it quoted. */
  row(...fields: readonly string[]): void;
  /** A value as one line of JSON. */
  json(value: unknown): void;
  /** Lines for programs, JSON that is text already: never wrapped; JSON's own escape for a control character is no change. */
  data(...lines: readonly string[]): void;
  /** As `print`, on stderr. */
  say(...lines: readonly string[]): void;
  /** Draws a run's events on stderr while it works and hands back its result; events that are not work go to `other`. */
  follow<T, E extends { readonly type: string } = never>(
    run: Run<T, E | WorkEvent>,
    options: CommonOptions,
    other?: (event: E) => void,
  ): Promise<T>;
  /** Ends the command with this exit code although nothing was thrown. */
  exitWith(code: number): void;
}

/**
 * The real terminal. Ctrl-C once asks the work to stop in order; twice ends the process. A reader that has gone
 * (`| head -1`) ends the output, not the work of writing files.
 */
export function createFace(words: Words = english): Face {
  const interrupt = listenForStop(words);
  const readerGone = new AbortController();
  const output = watchOutput(process.stdout, "standard output", {
    onReaderGone: () => readerGone.abort(),
    onFault: (error) => {
      tellError(face, error, {});
      readerGone.abort();
    },
  });
  const messages = watchOutput(process.stderr, "error output", nowhereToTell);
  const { write, follow } = shareScreen(messages, words);
  const face: Face = {
    signal: interrupt.signal,
    words,
    readerSignal: AbortSignal.any([interrupt.signal, readerGone.signal]),
    get width() {
      return widthOf(output);
    },
    print: (...lines) => write(output, wrapped(lines, output)),
    row: (...fields) => write(output, [fields.map(quoteName).join("\t")]),
    json: (value) => face.data(JSON.stringify(value)),
    data: (...lines) => write(output, lines.map(escapeControls)),
    say: (...lines) => write(messages, wrapped(lines, messages)),
    follow,
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
  return face;
}

/** Where error output itself is lost there is no place left to say so. */
const nowhereToTell = { onReaderGone: () => undefined, onFault: () => undefined };

interface Screen extends Pick<Face, "follow"> {
  write(stream: OutputStream, lines: readonly string[]): void;
}

/** What is being drawn and what is said share one screen: a drawing is cleared before each line. */
function shareScreen(messages: OutputStream, words: Words): Screen {
  let progress: ProgressView | null = null;
  return {
    write: (stream, lines) => {
      progress?.clear();
      for (const line of lines) stream.write(`${line}\n`);
    },
    follow: async (run, { quiet = false }, other) => {
      using view = createProgress(messages, { isQuiet: quiet, words });
      progress = view;
      for await (const event of run)
        if (isWork(event)) view.report(event);
        else other?.(event);
      return await run.result;
    },
  };
}

const workTypes: ReadonlySet<string> = new Set<WorkEvent["type"]>([
  "stage",
  "progress",
  "notice",
  "warning",
  "metric",
]);

function isWork<E extends { readonly type: string }>(event: E | WorkEvent): event is WorkEvent {
  return workTypes.has(event.type);
}

/** Infinity where nobody looks; a terminal that says 0 columns counts as 80. */
function widthOf({ isTTY, columns }: OutputStream): number {
  return isTTY ? columns || 80 : Infinity;
}

function wrapped(lines: readonly string[], stream: OutputStream): string[] {
  return lines.flatMap((line) => wrapText(escapeControls(line), widthOf(stream)));
}

/** Tells an error the house's way and sets the exit code that its kind asks for. */
export function tellError(face: Face, error: unknown, options: CommonOptions): void {
  if (isAbort(error) && !face.signal.aborted && face.readerSignal.aborted) return; // nobody is left to tell
  const record = toErrorRecord(error);
  if (options.json === true) face.json({ error: record });
  face.say(...errorLines(record, face.words));
  if (record.code === "E_INTERNAL" && error instanceof Error) face.say(...(error.stack ?? "").split("\n"));
  face.exitWith(errorCodes[record.code]);
}

/** `rootstock: message [E_CODE]`, and the next step on a line of its own; then the original of what has no translation. */
export function errorLines(record: ErrorRecord, words: Words): string[] {
  const { text, hint, original } = errorInWords(record, words);
  return [
    words.errorFrame.line(text, record.code),
    ...[hint, original].filter((line) => line !== "").map((line) => `  ${line}`),
  ];
}

function listenForStop(words: Words): AbortController {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, (signal) => stop(interrupt, signal, words));
  return interrupt;
}

/** The second time the signal does what it does to any program: no handler, no waiting for calls under way. */
function stop(interrupt: AbortController, signal: NodeJS.Signals, { progress }: Words): void {
  if (interrupt.signal.aborted) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    return;
  }
  process.stderr.write(`\n${progress.stopping}\n`);
  interrupt.abort();
}
