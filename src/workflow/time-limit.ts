import { type ErrorRecord, RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Executor } from "../evaluate/executor.ts";
import type { ExpectedTime } from "../words/en/findings.ts";
import { finding, tell } from "../words/fact.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Pace } from "./pace.ts";

/** What a run may take, and since when. */
export interface TimeLimit {
  /** On the clock of `performance.now`. */
  readonly startedAtMs: number;
  /** Infinity: no limit. */
  readonly seconds: number;
}

/** Longest delay of a timer. */
const longestMs = 2 ** 31 - 1;
/** A run that is over sooner needs no estimate. */
const worthTellingSeconds = 60;

/** Throws E_OPTION for a limit that is none, and for one of work that others do as well. */
export function requireTimeLimit({
  timeSeconds,
  queue,
  executor,
}: Pick<CompareOptions, "timeSeconds" | "queue" | "executor">): void {
  if (timeSeconds === undefined) return;
  if (!(timeSeconds > 0 && timeSeconds < Infinity))
    throw new RootstockError("E_OPTION", `time: expected more than 0 seconds, got ${timeSeconds}.`, {
      hint: "Give what the whole run may take, such as 300 for five minutes.",
    });
  if (queue !== undefined) throw notAlone("a queue");
  if (executor !== undefined) throw notAlone("an executor");
}

/** E_OPTION: a limit where several processes work. */
export function notAlone(other: string): RootstockError {
  return new RootstockError("E_OPTION", `time: expected one process that does the whole run, got ${other}.`, {
    hint: "Work is dealt out before a fold was timed: name fewer recipes with --recipes instead.",
  });
}

/** Thrown where a recipe does not fit. */
export class LeftOut extends RootstockError {
  /** The same as data. */
  readonly record: ErrorRecord;

  readonly expected: ExpectedTime;

  constructor(expected: ExpectedTime) {
    const record = finding("E_TIME", "leftOut", expected);
    super(record.code, record.message, { hint: record.hint });
    this.record = record;
    this.expected = expected;
  }
}

/** A recipe's measurement as long as it fits. */
export interface Limited extends Disposable {
  /** The caller's, and one that fires where the first fold is not done in time. */
  readonly signal: AbortSignal | undefined;
  readonly executor: Executor;
  /** Why the signal fired, where time was the reason. */
  cut(): LeftOut | null;
}

/**
 * Times the first fold that is done here. After it, what the recipe and the whole run will take is told, and a recipe that
 * will not fit ends with `LeftOut`; so does one whose first fold is known not to fit, or turns out not to. `isNeeded`: it
 * runs whatever it takes, since nothing else has been measured.
 */
export function limitPlan(
  name: string,
  {
    executor,
    limit,
    pace,
    isNeeded,
    signal,
    report,
  }: WorkOptions & {
    readonly executor: Executor;
    readonly limit: TimeLimit;
    readonly pace: Pace;
    readonly isNeeded: boolean;
  },
): Limited {
  const timer = new AbortController();
  let ringing: NodeJS.Timeout | undefined;
  let isJudged = false;
  const leftSeconds = (): number =>
    isNeeded ? Infinity : limit.seconds - secondsSince(limit.startedAtMs) - pace.deliverySeconds();
  const timed: Executor = async function* (tasks, work) {
    const isFirst = !isJudged && tasks.length > 0 && tasks[0]!.fold !== "holdout";
    if (!isFirst) return yield* executor(tasks, work);
    const begunAtMs = performance.now();
    const left = leftSeconds();
    const guess = pace.foldSeconds(name);
    const whole = guess === null ? null : pace.wholeSeconds(guess);
    if (left <= (guess ?? 0)) throw leftOut({ seconds: whole, left }, limit);
    if (left < Infinity)
      ringing = setTimeout(
        () => {
          const least = pace.wholeSeconds(secondsSince(begunAtMs));
          timer.abort(leftOut({ seconds: Math.max(least, whole ?? 0), isLeast: true, left }, limit));
        },
        Math.min(longestMs, left * 1000),
      );
    let done = 0;
    for await (const result of executor(tasks, work)) {
      clearTimeout(ringing);
      if ((done += 1) === 1) {
        const fold = secondsSince(begunAtMs);
        pace.learn(name, fold);
        isJudged = true; // what was found to fit runs to its end, further rounds too
        const rest = pace.wholeSeconds(fold) - fold * Number(tasks[0]!.fold);
        if (rest > leftSeconds()) throw leftOut({ seconds: pace.wholeSeconds(fold), left }, limit);
        tellEstimate(name, { fold, rest, pace, report });
      }
      yield result;
    }
  };
  return {
    signal: AbortSignal.any([timer.signal, ...(signal === undefined ? [] : [signal])]),
    executor: timed,
    cut: () => (timer.signal.aborted ? (timer.signal.reason as LeftOut) : null),
    [Symbol.dispose]: () => clearTimeout(ringing),
  };
}

function tellEstimate(
  recipe: string,
  { fold, rest, pace, report }: WorkOptions & { fold: number; rest: number; pace: Pace },
): void {
  const { seconds, uncounted } = pace.waiting();
  const left = rest + seconds + pace.deliverySeconds();
  if (left < worthTellingSeconds) return;
  const all = pace.wholeSeconds(fold);
  report?.({ type: "notice", ...tell("estimate", { recipe, seconds: all, left, uncounted }) });
}

/** What is expected of a recipe, beside a limit that would have done. */
function leftOut(
  { seconds, isLeast = false, left }: { seconds: number | null; isLeast?: boolean; left: number },
  limit: TimeLimit,
): LeftOut {
  const enough = limit.seconds - left + 1.25 * (seconds ?? limit.seconds);
  return new LeftOut({ seconds, isLeast, left: Math.max(0, left), limit: limit.seconds, enough });
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
