import type { InnerSplit } from "./inner-split.ts";
import type { TrainedNetwork } from "../training/train-network.ts";
import type { TrainedStage } from "./train-stage.ts";

/** All stages of one training; the last one makes the network. */
export interface Course {
  readonly last: TrainedStage;
}

/** What a course learns from. */
export interface CourseOptions<C extends Course> {
  /** Of the network; the new layers alone have parts of the same names. */
  readonly part: "training" | "refit";
  readonly split: InnerSplit;
  /** Where this is the refit: the course on the inner split. */
  readonly found: C | null;
  /** Rows of the refit that follows; 0 where none does. */
  readonly refitRows: number;
}

/** The network on the inner split, and on all rows. */
export interface Refitted<C extends Course> {
  readonly found: C;
  /** Null where none was asked for or the user stopped it: the first network stands then. */
  readonly refit: TrainedNetwork | null;
  readonly isInterrupted: boolean;
}

/**
 * Runs a course on the inner split, whose validation rows tell what cannot be told otherwise: rate, epochs, temperature.
 * Then, where `refit` says so, once more on all rows with what was found, as a classifier is after its cross-validation.
 * Throws what `course` throws, but an abort of the refit.
 */
export async function trainAndRefit<C extends Course>(
  course: (options: CourseOptions<C>) => Promise<C>,
  {
    rows,
    split,
    refit: isRefitted,
    signal,
  }: {
    rows: Int32Array;
    split: InnerSplit;
    refit: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<Refitted<C>> {
  const refitRows = isRefitted ? rows.length : 0;
  const found = await course({ part: "training", split, found: null, refitRows });
  const isStopped = found.last.trained.stoppedBy === "interruption";
  if (!isRefitted || isStopped) return { found, refit: null, isInterrupted: isStopped };
  const all = { training: rows, validation: new Int32Array() };
  const place = { part: "refit", split: all, found, refitRows: 0 } as const;
  const again = await course(place).catch((error: unknown) => {
    if (signal?.aborted === true) return null;
    throw error;
  });
  if (again === null || again.last.trained.stoppedBy === "interruption")
    return { found, refit: null, isInterrupted: true };
  return { found, refit: again.last.trained, isInterrupted: false };
}
