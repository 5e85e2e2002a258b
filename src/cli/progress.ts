import type { WorkEvent } from "../base/events.ts";
import { type Words, english } from "../words/en/en.ts";
import { inWords, workInWords } from "../words/fact.ts";
import { type Work, followCounts, silenceMs } from "./counted-work.ts";
import { type ProgressLine, type ProgressStream, openLine } from "./progress-line.ts";

/** How progress is drawn. */
export interface ProgressOptions {
  /** Shows warnings alone. Default false. */
  readonly isQuiet?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: English. */
  readonly words?: Words;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
  /** Calls `beat` every so often until it is stopped. */
  readonly every?: (ms: number, beat: () => void) => () => void;
}

/** Draws events as they come. Disposed of, it clears what is being drawn and counts the warnings that it held back. */
export interface ProgressView extends Disposable {
  report(event: WorkEvent): void;
  /** Clears what is being drawn; call it before anything else writes to the terminal. */
  clear(): void;
}

const redrawMs = 80;
/** A terminal is drawn anew after so long although nothing was told: the time goes on. */
const restMs = 900;
/** So often it is seen whether one of these times is over. */
const beatMs = 250;
const plainLineMs = 10_000;
/** Warnings of one code that are told one by one. */
const warningLimit = 5;

/**
 * Progress for people. On a terminal one line that is drawn over: stage, bar, count, rate, time left. Elsewhere (a
 * file, a pipe, TERM=dumb) a plain line for a stage that takes over 2 s, one each 10 s then, and one at its end. Work
 * that tells nothing is named with its seconds all the same. Warnings and notices get lines of their own, at most five
 * of a code. A training shows its epoch, loss and validation in place of its count. Never writes to stdout.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): ProgressView {
  const { isQuiet = false, environment = process.env, words = english } = options;
  const { now = () => performance.now() } = options;
  const line = openLine(stream, environment);
  const warnings = limitWarnings(line, words);
  const shown = followWork(line, now, words);
  const stop = isQuiet ? null : (options.every ?? beatEvery)(beatMs, shown.beat);
  return {
    report(event) {
      if (event.type === "warning") warnings.tell(event);
      if (isQuiet) return;
      if (event.type === "notice") line.say(inWords(event, words));
      shown.see(event);
    },
    clear: line.clear,
    [Symbol.dispose]: () => {
      stop?.();
      line.clear();
      warnings.count();
    },
  };
}

/** Does not keep the process alive. */
function beatEvery(ms: number, beat: () => void): () => void {
  const timer = setInterval(beat, ms).unref();
  return () => clearInterval(timer);
}

/** A hundred classes with the same fault must not flood what else there is to read. */
function limitWarnings(
  line: ProgressLine,
  words: Words,
): {
  tell: (event: Extract<WorkEvent, { type: "warning" }>) => void;
  count: () => void;
} {
  const counts = new Map<string, number>();
  return {
    tell: (event) => {
      const { code } = event;
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      if (count <= warningLimit) line.say(words.progress.warning(inWords(event, words), code));
    },
    count: () => {
      for (const [code, count] of counts)
        if (count > warningLimit) line.say(words.progress.moreWarnings(count - warningLimit, code));
    },
  };
}

/** Shows the work under way as events tell of it and, where they do not, as the time goes on. */
function followWork(
  line: ProgressLine,
  now: () => number,
  words: Words,
): { see: (event: WorkEvent) => void; beat: () => void } {
  const follow = followCounts(line, words);
  let work: Work = stageWork(words.progress.starting, now(), words);
  let shownAtMs = -Infinity;
  let saidAtMs = now();
  /** When a file gets its next line. */
  let dueAtMs = now() + silenceMs;
  const show = (nowMs: number): void => {
    if (line.isLive) line.draw(work.live(nowMs));
    else line.say(work.plain(nowMs));
    shownAtMs = saidAtMs = nowMs;
    dueAtMs = nowMs + plainLineMs;
  };
  const begin = (next: Work, nowMs: number): void => {
    if (next.title !== work.title) dueAtMs = Math.min(saidAtMs + plainLineMs, nowMs + silenceMs);
    work = next;
  };
  return {
    see: (event) => {
      const nowMs = now();
      const next =
        event.type === "stage" ? stageWork(textOf(event, words), nowMs, words) : follow(event, nowMs);
      if (next === null) return;
      begin(next === "done" ? stageWork(words.progress.working, nowMs, words) : next, nowMs);
      if (next === "done") shownAtMs = saidAtMs = nowMs;
      else if (event.type === "stage" || (line.isLive ? nowMs - shownAtMs >= redrawMs : nowMs >= dueAtMs))
        show(nowMs);
    },
    beat: () => {
      const nowMs = now();
      const quietMs = nowMs - Math.max(shownAtMs, work.startedAtMs);
      if (line.isLive ? quietMs >= restMs : nowMs >= dueAtMs) show(nowMs);
    },
  };
}

function textOf(event: Extract<WorkEvent, { type: "stage" }>, words: Words): string {
  const { stage, message } = workInWords(event.fact, words) ?? event;
  return message === "" ? stage : words.progress.stage(stage, message);
}

/** `model: fit svm on all 300 training images · 12 s` */
function stageWork(text: string, startedAtMs: number, { forms }: Words): Work {
  const shown = (nowMs: number): string =>
    nowMs - startedAtMs < silenceMs ? text : `${text} · ${forms.seconds((nowMs - startedAtMs) / 1000)}`;
  return { title: text, startedAtMs, live: shown, plain: shown };
}
