import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../base/random.ts";
import { tell, work } from "../words/fact.ts";
import type { Distribute, Job, Stage } from "./job.ts";

/** Which share of a run's work is a process's own: every `count`-th job, from the `index`-th on. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * Does the jobs of a shard that are not done yet, and leaves the others' alone. Nothing is asked of the other processes
 * and nothing told to them: the share follows from the two numbers, and what is done from the files that are there.
 */
export function doShare({ index, count }: Shard): Distribute {
  return async (jobs, stage) => {
    const own = jobs.filter((_, i) => i % count === index);
    await doMissing(own, stage);
    return jobs.length - (await stage.done(jobs)).size;
  };
}

/** How `doShareAndWait` waits. */
export interface WaitOptions {
  /** So long without an outcome of anybody, the others' jobs are done here. */
  readonly patienceMs: number;
  /** Between two looks into the folder. */
  readonly lookMs?: number;
}

/**
 * The share first, then waits for those of the others, as long as outcomes keep coming: what follows needs them all.
 * When none has come for `patienceMs`, since a process has died or has not begun yet, their jobs are done here, in an order of
 * its own, so that two who have lost patience seldom meet at the same job.
 */
export function doShareAndWait(shard: Shard, { patienceMs, lookMs = 500 }: WaitOptions): Distribute {
  return async (jobs, stage) => {
    let missing = await doShare(shard)(jobs, stage);
    let patientUntil = performance.now() + patienceMs;
    if (missing > 0) stage.report({ type: "notice", ...tell("waitsForShards", { missing }) });
    while (missing > 0 && performance.now() < patientUntil) {
      await sleep(lookMs, undefined, { signal: stage.signal });
      const before = missing;
      missing = jobs.length - (await stage.done(jobs)).size;
      if (missing < before) patientUntil = performance.now() + patienceMs;
    }
    if (missing > 0) stage.report({ type: "notice", ...tell("doesOthersJobs", { missing }) });
    await doMissing(createRandom(shard.index).shuffle(jobs), stage);
    return 0;
  };
}

/** Does what is not done, one after the other; looks again before each, for others are at work too. */
async function doMissing(jobs: readonly Job[], stage: Stage): Promise<void> {
  const { kind, report, signal } = stage;
  const total = jobs.length;
  let done = (await stage.done(jobs)).size;
  const count = (): void =>
    report({ type: "progress", ...work("ownTasks", { kind }), done, total, unit: "tasks" });
  if (done === total) return;
  count();
  for (const job of jobs) {
    signal?.throwIfAborted();
    if ((await stage.done([job])).size > 0) continue;
    await stage.perform(job, { signal, report });
    done += 1;
    count();
  }
}
