import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Report } from "../base/events.ts";
import { type MetricLog, openMetricLog } from "./metric-log.ts";

/** `<out>.training`: what belongs to the training of a model and not to the model. */
export interface TrainingFolder extends MetricLog {
  readonly path: string;
  /** Where the training keeps its state until it is done. */
  readonly checkpoints: string;
  /** A notice for a stopped training whose state is there. */
  tellHowToResume(): Promise<void>;
}

/**
 * The folder beside a model: `metrics.jsonl`, the TensorBoard event file, and the checkpoints while there are any. Beside
 * and not inside, because the model folder appears whole at the end, and holds nothing that `verify` does not know.
 * Unless it is resumed, what an earlier training left there is removed; anything else in it stays.
 */
export async function openTrainingFolder(
  out: string,
  { isResumed, report }: { isResumed: boolean; report: Report },
): Promise<TrainingFolder> {
  const path = `${resolve(out)}.training`;
  const checkpoints = join(path, "checkpoints");
  const isEmpty = await isAbsentOrEmpty(checkpoints);
  if (isResumed && isEmpty)
    report({ type: "notice", message: `no checkpoint in ${checkpoints}: the training begins anew` });
  if (!isResumed || isEmpty) await removeLeftovers(path);
  return {
    path,
    checkpoints,
    tellHowToResume: async () => {
      if (await isAbsentOrEmpty(checkpoints)) return;
      report({
        type: "notice",
        message: "the last whole epoch is kept: the same command with --resume goes on from it",
      });
    },
    ...openMetricLog(path, { eventFolder: () => ".", report }),
  };
}

async function isAbsentOrEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}

async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(path).catch(() => []);
  const own = names.filter(
    (name) => name === "checkpoints" || name === "metrics.jsonl" || name.startsWith("events.out.tfevents."),
  );
  for (const name of own) await rm(join(path, name), { recursive: true, force: true });
}
