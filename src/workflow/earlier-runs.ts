import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ErrorRecord } from "../base/errors.ts";
import { type ListedRun, listRuns as listFolders, readRun, runFileName } from "../runs/read-run.ts";
import type { RunFile } from "../runs/run-record.ts";

/** `runs list --json`, one of them. */
export interface RunLine {
  readonly id: string;
  /** "unreadable": see `error`. */
  readonly status: RunFile["status"] | "unreadable";
  /** Absent until the run is complete; null where every recipe failed. */
  readonly winner?: string | null;
  readonly startedAt?: string;
  readonly error?: ErrorRecord;
}

/** Every run under a folder, oldest first. One whose `run.json` does not fit is listed as unreadable, with the reason. */
export async function listRuns(parent: string): Promise<RunLine[]> {
  return (await listFolders(parent)).map(lineOf);
}

/** The text of a run's `run.json`, with keys that only its writer knows. Throws E_RUN where there is none or it does not fit. */
export async function showRun(parent: string, id: string): Promise<string> {
  await readRun(join(parent, id));
  return (await readFile(join(parent, id, runFileName), "utf8")).trimEnd();
}

function lineOf(listed: ListedRun): RunLine {
  if ("error" in listed) return { id: listed.id, status: "unreadable", error: listed.error };
  const { status, startedAt } = listed.run;
  return {
    id: listed.id,
    status,
    startedAt,
    ...(listed.run.status === "complete" && { winner: listed.run.winner }),
  };
}
