import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorRecord, RootstockError, quoteList } from "../base/errors.ts";
import { type ListedRun, listRuns as listFolders, readRun, runFileName } from "../runs/read-run.ts";
import { type RunFile, type RunRecord, isMeasured } from "../runs/run-record.ts";

/** `runs list --json`, one of them. */
export interface RunLine {
  readonly id: string;
  /** "unreadable": see `error`. */
  readonly status: RunFile["status"] | "unreadable";
  /** Absent until the run is complete; null where every recipe failed. */
  readonly winner?: string | null;
  /** Of the winner, in cross-validation; absent and null as it is. */
  readonly accuracy?: number | null;
  /** The data's path as it was given; absent until the run is complete. */
  readonly data?: string;
  readonly backbones?: readonly string[];
  readonly startedAt?: string;
  readonly error?: ErrorRecord;
}

/** Every run under a folder, oldest first. One whose `run.json` does not fit is listed as unreadable, with the reason. */
export async function listRuns(parent: string): Promise<RunLine[]> {
  return (await listFolders(parent)).map(lineOf);
}

/**
 * The text of a run's `run.json`, with keys that only its writer knows. `word`: the run's id, the beginning of it or of
 * its last part, or its folder. Throws E_RUN where none or several are meant, and where the file does not fit.
 */
export async function showRun(parent: string, word: string): Promise<string> {
  const folder = join(parent, await idOf(parent, word));
  await readRun(folder);
  return (await readFile(join(folder, runFileName), "utf8")).trimEnd();
}

/** The last part of an id, which tells runs of one day apart: "2fb93319" of "2026-11-25T13-57-10-2fb93319". */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}

async function idOf(parent: string, word: string): Promise<string> {
  const ids = (await listFolders(parent)).map(({ id }) => id);
  const name = word.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
  if (ids.includes(name)) return name;
  const meant = ids.filter((id) => name !== "" && [id, shortId(id)].some((one) => one.startsWith(name)));
  if (meant.length === 1) return meant[0]!;
  const subject = `run ${JSON.stringify(word)}`;
  if (meant.length > 1)
    throw new RootstockError(
      "E_RUN",
      `${subject}: expected one run, got ${meant.length}: ${quoteList(meant)}.`,
      { hint: "Give more of its id." },
    );
  const there = ids.length === 0 ? "none is there" : `there are ${quoteList(ids.toReversed())}`;
  throw new RootstockError("E_RUN", `${subject}: no such run in ${JSON.stringify(parent)}; ${there}.`, {
    hint: "`rootstock runs list` shows what there is; --out names another folder of runs.",
  });
}

function lineOf(listed: ListedRun): RunLine {
  if ("error" in listed) return { id: listed.id, status: "unreadable", error: listed.error };
  const { id, run } = listed;
  const { status, startedAt } = run;
  return { id, status, startedAt, ...(run.status === "complete" && outcomeOf(run)) };
}

function outcomeOf({ winner, recipes, dataset }: RunRecord): Partial<RunLine> {
  const best = recipes.filter(isMeasured).find(({ name }) => name === winner);
  return {
    winner,
    accuracy: best?.accuracy.mean ?? null,
    data: dataset.path,
    backbones: [...new Set(recipes.flatMap(({ backbones }) => backbones))],
  };
}
