import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { Executor, FitResult, FitTask, FitWork } from "../evaluate/executor.ts";
import type { KeptState } from "../evaluate/method.ts";
import { loadResult, saveResult } from "./result-files.ts";
import { type Task, taskKey } from "./task.ts";

/** Where results are kept, and under which key. */
export interface KeepOptions {
  /** Where results lie, and the state of fits that are not done. */
  readonly folder: string;
  /** A piece of the measurement with everything that decides its numbers. */
  taskOf(piece: FitTask): Task;
}

/**
 * An executor that keeps each result as soon as it is there, and takes those that are there already: a killed measurement
 * goes on with the folds that are not done, and the training that was under way goes on after its last epoch. Where
 * several processes share the folder, an error that one of them kept is thrown as if the task had been done here.
 * Throws E_DISK_FULL and E_FILE beside what the tasks throw.
 */
export function keepResults(executor: Executor, { folder, taskOf }: KeepOptions): Executor {
  return async function* (pieces, work) {
    const kept = await Promise.all(pieces.map((piece) => loadResult(folder, taskKey(taskOf(piece)))));
    const missing = pieces.filter((_, i) => kept[i] === null);
    const made = executor(missing, keeping(work, { folder, taskOf }))[Symbol.asyncIterator]();
    try {
      for (const result of kept) yield result === null ? await next(made) : unlessFailed(result);
    } finally {
      await made.return?.();
    }
  };
}

function keeping(work: FitWork, { folder, taskOf }: KeepOptions): FitWork {
  return async (piece) => {
    const task = taskOf(piece);
    const key = taskKey(task);
    const meanwhile = await loadResult(folder, key); // another process may have been quicker
    if (meanwhile !== null) return unlessFailed(meanwhile);
    const keep = keptState(folder, task);
    const result = await work(piece, { keep });
    await saveResult(folder, key, result);
    await rm(keep.folder, { recursive: true, force: true });
    return result;
  };
}

function unlessFailed(kept: FitResult | RootstockError): FitResult {
  if (kept instanceof RootstockError) throw kept;
  return kept;
}

/** Room in a run's folder for the state of one fit. */
export function keptState(folder: string, task: Task): KeptState {
  return {
    folder: join(folder, "checkpoints", taskKey(task).slice(0, 16)),
    keyOf: (stage) => taskKey({ ...task, stage }),
  };
}

async function next(results: AsyncIterator<FitResult>): Promise<FitResult> {
  const { value, done } = await results.next();
  if (done === true)
    throw new RootstockError("E_INTERNAL", "executor: expected a result for every task, got fewer.");
  return value as FitResult;
}
