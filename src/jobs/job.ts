import type { Report, WorkOptions } from "../base/events.ts";

/** A piece of a run that needs no other piece of its stage, for any process that sees the run's folder. */
export interface Job {
  /** Digest of everything that decides its outcome, which is kept under it. */
  readonly id: string;
  /** What whoever does it is told, as plain JSON data. */
  readonly data: JobData;
}

/** Which piece of a run: some pictures' features, or a fit. */
export type JobData =
  | { readonly kind: "features"; readonly use: number; readonly chunk: number }
  | { readonly kind: "fit"; readonly recipe: string; readonly fold: number | "holdout" };

/** The jobs of one stage, and where their outcomes are seen. */
export interface Stage extends WorkOptions {
  readonly report: Report;
  readonly kind: JobData["kind"];
  /** Those whose outcome lies in the run's folder, which is the only place where it counts. */
  done(jobs: readonly Job[]): Promise<ReadonlySet<string>>;
  /**
   * Does a job here and commits its outcome, once: what the job itself fails with is an outcome too. Throws what stands
   * against doing it on this machine, the disk for example, and the signal's reason.
   */
  perform(job: Job, options: WorkOptions): Promise<void>;
}

/**
 * Sees to it that the jobs of a stage are done: those of them that are this process's share, or all. Returns how many
 * are not, because they are others' to do.
 */
export type Distribute = (jobs: readonly Job[], stage: Stage) => Promise<number>;
