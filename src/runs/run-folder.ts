import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { makeFolder } from "../files/make-folder.ts";
import { listRuns, readRecipeRow, runFileName } from "./read-run.ts";
import type { RunMarker, RunRecipe, RunRecord } from "./run-record.ts";

/** The folder of one run, `runs/<id>/`. Every file in it is written atomically. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly startedAt: string;
  /** The parts that an earlier, stopped run with the same key has finished; null when there was none. */
  readonly continued: readonly string[] | null;
  /** Where what is done, and the state of what is under way, is kept until the run is complete. */
  readonly parts: string;
  /** A recipe's row that is finished, or null. */
  loadPart(name: string): Promise<RunRecipe | null>;
  savePart(name: string, row: RunRecipe): Promise<void>;
  /** Marks the run as stopped; its parts stay for the next one. */
  stop(status: "interrupted" | "failed"): Promise<void>;
  /** Writes the final `run.json` and removes the parts. */
  complete(record: RunRecord): Promise<void>;
}

/** Continues the newest stopped run with this key under `parent`, or starts a new one. */
export async function openRunFolder(parent: string, key: string): Promise<RunFolder> {
  const stopped = await findStopped(parent, key);
  const startedAt = stopped?.startedAt ?? new Date().toISOString();
  const id =
    stopped?.id ??
    `${startedAt.slice(0, 19).replaceAll(":", "-")}-${key.slice(0, 4)}${randomBytes(2).toString("hex")}`;
  const path = join(parent, id);
  const partPath = (name: string): string => join(path, "parts", `${encodeURIComponent(name)}.json`);
  const mark = async (status: RunMarker["status"]): Promise<void> => {
    const marker: RunMarker = { format: 1, id, status, key, pid: process.pid, host: hostname(), startedAt };
    await writeFileAtomic(join(path, runFileName), `${JSON.stringify(marker, null, 2)}\n`);
  };
  await makeFolder(join(path, "parts"));
  await mark("running");
  return {
    id,
    path,
    startedAt,
    continued: stopped && (await finishedParts(join(path, "parts"))),
    parts: join(path, "parts"),
    loadPart: async (name) => await readRecipeRow(partPath(name)),
    savePart: async (name, row) => await writeFileAtomic(partPath(name), JSON.stringify(row)),
    stop: mark,
    complete: async (record) => {
      await writeFileAtomic(join(path, runFileName), `${JSON.stringify({ ...record, key }, null, 2)}\n`);
      await rm(join(path, "parts"), { recursive: true, force: true });
    },
  };
}

async function findStopped(parent: string, key: string): Promise<RunMarker | null> {
  const markers = (await listRuns(parent)).flatMap((one) =>
    "run" in one && one.run.status !== "complete" ? [one.run] : [],
  );
  return markers.findLast((run) => run.key === key && !isAlive(run)) ?? null;
}

async function finishedParts(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => decodeURIComponent(basename(file, ".json")))
    .sort();
}

function isAlive(run: RunMarker): boolean {
  if (run.status !== "running") return false;
  if (run.host !== hostname()) return true; // cannot be asked from here: leave it alone
  try {
    process.kill(run.pid, 0);
    return run.pid !== process.pid;
  } catch {
    return false;
  }
}
