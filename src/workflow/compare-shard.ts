import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RootstockError } from "../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import { inTurn } from "../evaluate/executor.ts";
import { writeFileOnce } from "../files/atomic-write.ts";
import { requirePlace } from "../files/require-place.ts";
import { type Shard, doShare, doShareAndWait } from "../jobs/shard.ts";
import type { RunFolder } from "../runs/run-folder.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { type CompareResult, carryOut, resultOf } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import { defaultFolds, defaultSeed, recipesFor } from "./defaults.ts";
import { openPlans } from "./open-plans.ts";
import { requireDeliverable } from "./require-deliverable.ts";
import { completeRecord, shareWork } from "./share-work.ts";
import { useEngine } from "./use-engine.ts";

export type { Shard } from "../jobs/shard.ts";

/** As for a comparison, and which share of it this process does. */
export interface CompareShardOptions extends Omit<CompareOptions, "executor" | "queue" | "timeSeconds"> {
  readonly shard: Shard;
  /** So long without features from the other shards, theirs are computed here; default 60. */
  readonly patienceSeconds?: number | undefined;
}

/** `compare --shard-index --json`. */
export interface ShardResult {
  readonly shard: Shard;
  /** Fits of the run, and how many of them have no outcome yet: they are other shards'. */
  readonly tasks: number;
  readonly missing: number;
  readonly runDirectory: string;
  /** The comparison, by the shard that found every outcome there; null while others are at work. */
  readonly comparison: CompareResult | null;
}

/**
 * A share of a comparison, on a folder that all processes see: of its features, then of its fits. The process that finds
 * every outcome there writes the model, the record and the report; so does `compare` with the same options. A shard that was
 * killed goes on when it is started again, and one that is started after all is done changes nothing.
 */
export function compareShard(data: string, options: CompareShardOptions): Run<ShardResult> {
  return startRun(async (report) => {
    const {
      shard,
      patienceSeconds = 60,
      seed = defaultSeed,
      folds = defaultFolds,
      out = "runs",
      signal,
    } = options;
    requireShard(shard);
    await requirePlace(out, "folder");
    const plans = await openPlans(options.recipes ?? recipesFor(options.backbones), options, report);
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    await requireDeliverable(plans, { engine, signal });
    const patienceMs = patienceSeconds * 1000;
    const work = { data, plans, folds, seed, out, engine, options, report, signal };
    const { folder, record, study, missing, total } = await shareWork(work, () => ({
      features: doShareAndWait(shard, { patienceMs }),
      fits: doShare(shard),
    }));
    const settings = { data, seed, folds, plans, engine: engine.version, out, options };
    const finish = async (): Promise<RunRecord> =>
      await carryOut(folder, study!, settings, { engine, seed, executor: inTurn, report, signal });
    const finished =
      record ?? (missing > 0 ? null : await finishOnce(folder, { finish, patienceMs, signal }));
    return {
      shard,
      tasks: total,
      missing,
      runDirectory: folder.path,
      comparison: finished && resultOf(finished, folder),
    };
  });
}

/** Of several processes that find everything done one finishes; the others wait for it, and finish themselves if it never does. */
async function finishOnce(
  folder: RunFolder,
  { finish, patienceMs, signal }: WorkOptions & { finish: () => Promise<RunRecord>; patienceMs: number },
): Promise<RunRecord> {
  const isFirst = await writeFileOnce(join(folder.parts, "finishing"), "");
  const until = performance.now() + (isFirst ? 0 : patienceMs);
  for (;;) {
    const record = await completeRecord(folder.path);
    if (record !== null) return record;
    if (performance.now() >= until) return await finish();
    await sleep(500, undefined, { signal });
  }
}

function requireShard({ index, count }: Shard): void {
  if (Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 && index < count) return;
  throw new RootstockError(
    "E_OPTION",
    `shard: expected an index from 0 to ${count - 1}, below the count ${count}, got ${index}.`,
    { hint: "Kubernetes counts so by itself (JOB_COMPLETION_INDEX); with Slurm use --array=0-N." },
  );
}
