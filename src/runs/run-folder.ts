import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { writeFileAtomic, writeFileOnce } from "../files/atomic-write.ts";
import { makeFolder } from "../files/make-folder.ts";
import { listRuns, readRecipeRow, readRun, runFileName } from "./read-run.ts";
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
  const mark = async (status: RunMarker["status"]): Promise<void> =>
    await writeFileAtomic(join(path, runFileName), markerText({ id, key, startedAt, status }));
  await makeFolder(join(path, "parts"));
  await mark("running");
  const continued = stopped && (await finishedParts(join(path, "parts")));
  return { ...folderAt(path, { key, startedAt }), continued, stop: mark };
}

/**
 * The folder of a run that several processes work on, `shared-<beginning of the key>`: made by the first of them, joined
 * by all others. None of them marks it as stopped, since the others go on.
 */
export async function joinRunFolder(parent: string, key: string): Promise<RunFolder> {
  const id = sharedId(key);
  const path = join(parent, id);
  const startedAt = new Date().toISOString();
  const marker = markerText({ id, key, startedAt, status: "running", shared: true });
  const isFirst = await writeFileOnce(join(path, runFileName), marker);
  if (isFirst) await makeFolder(join(path, "parts"));
  const first = isFirst ? { startedAt } : await readRun(path);
  return {
    ...folderAt(path, { key, startedAt: first.startedAt }),
    continued: isFirst ? null : await finishedParts(join(path, "parts")),
    stop: async () => undefined,
  };
}

/** The name of a shared run's folder. */
export function sharedId(key: string): string {
  return `shared-${key.slice(0, 12)}`;
}

function markerText(marker: Pick<RunMarker, "id" | "key" | "startedAt" | "status" | "shared">): string {
  const full: RunMarker = { format: 1, ...marker, pid: process.pid, host: hostname() };
  return `${JSON.stringify(full, null, 2)}\n`;
}

function folderAt(
  path: string,
  { key, startedAt }: { key: string; startedAt: string },
): Omit<RunFolder, "continued" | "stop"> {
  const partPath = (name: string): string => join(path, "parts", `${encodeURIComponent(name)}.json`);
  return {
    id: basename(path),
    path,
    startedAt,
    parts: join(path, "parts"),
    loadPart: async (name) => await readRecipeRow(partPath(name)),
    savePart: async (name, row) => await writeFileAtomic(partPath(name), JSON.stringify(row)),
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
  return markers.findLast((run) => run.key === key && run.shared !== true && !isAlive(run)) ?? null;
}

async function finishedParts(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((): string[] => []);
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
