import { readFile, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import type { KeptState } from "../evaluate/method.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { type Task, type TaskFacts, differencesOf, taskFacts, taskKey } from "./task.ts";
import { type MetricLog, openMetricLog } from "./metric-log.ts";
import { tell } from "../words/fact.ts";

/** `<out>.training`: what belongs to the training of a model and not to the model. */
export interface TrainingFolder extends MetricLog {
  readonly path: string;
  /** Where the training keeps its state until it is done; undefined where it keeps none. */
  readonly keep: KeptState | undefined;
  /** Removes that state. */
  close(): Promise<void>;
  /** A notice for a stopped training whose state is there. */
  tellHowToResume(): Promise<void>;
}

/** How a training folder is opened. */
export interface TrainingFolderOptions {
  readonly isResumed: boolean;
  /** The command goes on by itself wherever there is something to go on with; default: it does when asked. */
  readonly isImplied?: boolean;
  /** Null for a training that keeps no state. */
  readonly task: Task | null;
  readonly report: Report;
}

/**
 * The folder beside a model: `metrics.jsonl`, the TensorBoard event file, and the checkpoints while there are any. Beside
 * and not inside, because the model folder appears whole at the end, and holds nothing that `verify` does not know.
 * Unless it is resumed, what an earlier training left there is removed; anything else in it stays.
 * Throws E_CHECKPOINT where what is to be resumed is another task than `task`.
 */
export async function openTrainingFolder(
  out: string,
  { isResumed, isImplied = false, task, report }: TrainingFolderOptions,
): Promise<TrainingFolder> {
  const path = `${resolve(out)}.training`;
  const checkpoints = join(path, "checkpoints");
  const isEmpty = await isAbsentOrEmpty(checkpoints);
  if (isResumed && !isImplied && isEmpty)
    report({ type: "notice", ...tell("noCheckpoint", { folder: checkpoints }) });
  if (!isResumed || isEmpty) await removeLeftovers(path);
  else if (task !== null) await requireSame(checkpoints, task, { isImplied });
  if (task !== null) await writeFileAtomic(join(checkpoints, factsFile), JSON.stringify(taskFacts(task)));
  return {
    path,
    keep: task === null ? undefined : { folder: checkpoints, keyOf: (stage) => taskKey({ ...task, stage }) },
    close: async () => await rm(checkpoints, { recursive: true, force: true }),
    tellHowToResume: async () => {
      if (await isAbsentOrEmpty(checkpoints)) return;
      report({ type: "notice", ...tell(isImplied ? "goesOn" : "resumable") });
    },
    ...openMetricLog(path, { eventFolder: () => ".", report }),
  };
}

/** Beside the checkpoints: which task they belong to. */
const factsFile = "task.json";

async function isAbsentOrEmpty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.every((name) => name === factsFile);
}

async function requireSame(
  checkpoints: string,
  task: Task,
  { isImplied }: { isImplied: boolean },
): Promise<void> {
  const different = differencesOf(taskFacts(task), await readFacts(join(checkpoints, factsFile)));
  if (different.length === 0) return;
  throw new RootstockError(
    "E_CHECKPOINT",
    `checkpoints ${JSON.stringify(checkpoints)}: expected those of this training, got those of one with other ${different.join(" and other ")}.`,
    {
      hint: `Run again with what it was started with, or ${isImplied ? "with --restart" : "without --resume"} to begin anew.`,
    },
  );
}

async function readFacts(path: string): Promise<Partial<TaskFacts>> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Partial<TaskFacts>;
  } catch {
    return {}; // absent or torn: nobody can say whose the checkpoints are
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(path).catch(() => []);
  const own = names.filter(
    (name) => name === "checkpoints" || name === "metrics.jsonl" || name.startsWith("events.out.tfevents."),
  );
  for (const name of own) await rm(join(path, name), { recursive: true, force: true });
}
