import { explained } from "./errors.ts";
import type { Fact } from "./fact.ts";
import { type Lasting, openEventLog } from "./event-log.ts";

/**
 * What long work tells while it runs. One stream for every face: the command line draws it, servers forward it,
 * tests collect it. `stage` names the work for people ("features mobilenetv2", "fine-tune refit"); what it belongs to is
 * in `place`, and nobody has to read a name for it. `stage` and `message` are English; `fact` says the same as data, for
 * whoever shows it in another language.
 */
export type WorkEvent =
  | {
      readonly type: "stage";
      readonly stage: string;
      readonly message: string;
      readonly place?: WorkPlace;
      readonly fact?: Fact;
    }
  | {
      readonly type: "progress";
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      /** What is counted: "images", "folds", "steps". */
      readonly unit: string;
      readonly place?: WorkPlace;
      readonly fact?: Fact;
      /**
       * Figures so far: of a training `epoch`, `epochs`, `loss` and `stepsAfter`; at its end also `bestEpoch`. Of
       * features `cached`: how many of the total were not computed but read from the cache.
       */
      readonly values?: Readonly<Record<string, number>>;
    }
  | { readonly type: "notice"; readonly message: string; readonly place?: WorkPlace; readonly fact?: Fact }
  | {
      readonly type: "warning";
      readonly code: string;
      readonly message: string;
      readonly place?: WorkPlace;
      readonly fact?: Fact;
    }
  | {
      readonly type: "metric";
      readonly stage: string;
      readonly place?: WorkPlace;
      readonly values: Readonly<Record<string, number>>;
    };

/** What an event belongs to, as far as it belongs to something. */
export interface WorkPlace {
  /** By its name in the results: "svm@squeezenet1_1". */
  readonly recipe?: string;
  /** Of a fit that trains a network. */
  readonly part?: TrainingPart;
  /** Of a cross-validation, counted from 1; or the fit that scores the holdout, or the one that is delivered. */
  readonly fold?: number | "holdout" | "model";
  /** Folds in all. */
  readonly of?: number;
  /** Of those that tuning tries, counted from 1. */
  readonly candidate?: number;
}

/**
 * What a fit trains: the network on the inner split, and once more on all rows; the same of its new layers alone; and the
 * range tests that find their rates.
 */
export type TrainingPart = "training" | "rate test" | "refit" | "head" | "head rate test" | "refit head";

/** Where events go. Callees call it freely; it must not throw. */
export type Report = (event: WorkEvent) => void;

/** A report that says of every event to what it belongs; what the event itself says of that stands above it. */
export function reportWithin(report: Report, place: WorkPlace): Report {
  return (event) => report({ ...event, place: { ...place, ...event.place } });
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
 * Starts `work` at once and returns its run value. It can be iterated by several at a time, and later too: each gets the
 * events in order and from the beginning, of counted progress only the latest where it reads late. What `isPassing`
 * picks (a prediction, of which there may be a million) is kept until whoever iterates has read it, and no longer.
 * The iteration ends when the work does, whether it succeeds or fails; the failure is thrown by `result` alone, a
 * refusal of the system in words.
 */
export function startRun<T, E extends { readonly type: string } = WorkEvent>(
  work: (report: (event: E) => void) => Promise<T>,
  { isPassing = () => false }: { isPassing?: (event: E) => boolean } = {},
): Run<T, E> {
  const log = openEventLog<E>((event) => (isPassing(event) ? "passing" : lastingOf(event)));
  const result = work(log.add)
    .catch((error: unknown) => {
      throw explained(error);
    })
    .finally(log.end);
  result.catch(() => undefined); // whoever only iterates must not see an unhandled rejection
  return { result, [Symbol.asyncIterator]: log.follow };
}

/** Of progress the last word counts; everything else is told a bounded number of times, and kept. */
function lastingOf(event: { readonly type: string }): Lasting {
  if (!isProgress(event)) return "kept";
  const { stage, unit, place = {} } = event;
  return { latest: JSON.stringify([stage, unit, place.recipe, place.part, place.fold]) };
}

function isProgress(event: {
  readonly type: string;
}): event is Extract<WorkEvent, { readonly type: "progress" }> {
  return event.type === "progress";
}
