import { explained } from "./errors.ts";

/**
 * What long work tells while it runs. One stream for every face: the command line draws it, servers forward it,
 * tests collect it. `stage` names the work ("features mobilenetv2", "svm fold 2 of 5").
 */
export type WorkEvent =
  | { readonly type: "stage"; readonly stage: string; readonly message: string }
  | {
      readonly type: "progress";
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      /** What is counted: "images", "folds", "steps". */
      readonly unit: string;
      readonly place?: FoldPlace;
      /**
       * Figures so far: of a training `epoch`, `epochs`, `loss` and `stepsAfter`; at its end also `bestEpoch`. Of
       * features `cached`: how many of the total were not computed but read from the cache.
       */
      readonly values?: Readonly<Record<string, number>>;
    }
  | { readonly type: "notice"; readonly message: string }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | {
      readonly type: "metric";
      readonly stage: string;
      readonly place?: FoldPlace;
      readonly values: Readonly<Record<string, number>>;
    };

/** Which fold of a cross-validation an event belongs to: fold 2 of 5. Counted from 1. */
export interface FoldPlace {
  readonly fold: number;
  readonly of: number;
}

/** Where events go. Callees call it freely; it must not throw. */
export type Report = (event: WorkEvent) => void;

/** A report that says of progress and metrics to which fold they belong. */
export function reportOfFold(report: Report, place: FoldPlace): Report {
  return (event) =>
    report(event.type === "progress" || event.type === "metric" ? { ...event, place } : event);
}

/** What every call over about 100 ms accepts. */
export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report?: Report | undefined;
}

/** Work under way: its events as an async iterable, and its outcome as a promise. */
export interface Run<T, E = WorkEvent> extends AsyncIterable<E> {
  readonly result: Promise<T>;
}

/**
 * Starts `work` at once and returns its run value. Events not yet read are kept in order.
 * The iteration ends when the work does, whether it succeeds or fails; the failure is thrown by `result` alone, a
 * refusal of the system in words.
 */
export function startRun<T, E = WorkEvent>(work: (report: (event: E) => void) => Promise<T>): Run<T, E> {
  const queue: E[] = [];
  let isDone = false;
  let wake: () => void = () => undefined;
  const report = (event: E): void => {
    queue.push(event);
    wake();
  };
  const result = work(report)
    .catch((error: unknown) => {
      throw explained(error);
    })
    .finally(() => {
      isDone = true;
      wake();
    });
  result.catch(() => undefined); // whoever only iterates must not see an unhandled rejection
  async function* iterate(): AsyncGenerator<E> {
    for (;;) {
      while (queue.length > 0) yield queue.shift() as E;
      if (isDone) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return { result, [Symbol.asyncIterator]: iterate };
}
