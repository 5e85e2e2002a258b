import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { writeFileAtomic } from "../files/atomic-write.ts";

/** How far a run came. `running` with a dead process means it was killed: the next equal run resumes it. */
export type RunStatus = "running" | "interrupted" | "failed" | "complete";

/** `run.json` before the run is complete. */
interface RunMarker {
  readonly id: string;
  readonly status: RunStatus;
  /** Digest of everything that decides the numbers: data, recipes, backbones, folds, seed, versions. */
  readonly key: string;
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/** The folder of one run, `runs/<id>/`. Every file in it is written atomically. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly startedAt: string;
  /** The parts that an earlier, stopped run with the same key has finished; null when there was none. */
  readonly continued: readonly string[] | null;
  /** Where trainings keep their state until the run is complete. */
  readonly checkpoints: string;
  /** A finished part of this run, or null. */
  loadPart(name: string): Promise<unknown>;
  savePart(name: string, value: unknown): Promise<void>;
  /** Marks the run as stopped; its parts stay for the next one. */
  stop(status: "interrupted" | "failed"): Promise<void>;
  /** Writes the final `run.json` and removes the parts. */
  complete(record: object): Promise<void>;
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
  const mark = async (status: RunStatus): Promise<void> => {
    const marker: RunMarker = { id, status, key, pid: process.pid, host: hostname(), startedAt };
    await writeFileAtomic(join(path, "run.json"), `${JSON.stringify(marker, null, 2)}\n`);
  };
  await mkdir(join(path, "parts"), { recursive: true });
  await mark("running");
  return {
    id,
    path,
    startedAt,
    continued: stopped && (await finishedParts(join(path, "parts"))),
    checkpoints: join(path, "parts", "checkpoints"),
    loadPart: async (name) => await readJson(partPath(name)),
    savePart: async (name, value) => await writeFileAtomic(partPath(name), JSON.stringify(value)),
    stop: mark,
    complete: async (record) => {
      const whole = {
        id,
        status: "complete",
        key,
        startedAt,
        finishedAt: new Date().toISOString(),
        ...record,
      };
      await writeFileAtomic(join(path, "run.json"), `${JSON.stringify(whole, null, 2)}\n`);
      await rm(join(path, "parts"), { recursive: true, force: true });
    },
  };
}

/** One line for each run folder, oldest first. */
export async function listRuns(parent: string): Promise<Readonly<Record<string, unknown>>[]> {
  const names = await readdir(parent).catch(() => []);
  const records = await Promise.all(
    names.sort().map(async (name) => await readJson(join(parent, name, "run.json"))),
  );
  return records.filter((record) => record !== null).map((record) => record as Record<string, unknown>);
}

async function findStopped(parent: string, key: string): Promise<RunMarker | null> {
  const runs = (await listRuns(parent)) as unknown as RunMarker[];
  return runs.findLast((run) => run.key === key && run.status !== "complete" && !isAlive(run)) ?? null;
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

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null; // absent, or torn by a kill: as good as not there
  }
}
