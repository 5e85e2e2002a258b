import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ZodType } from "zod";
import { type ErrorRecord, RootstockError, explained, toErrorRecord } from "../base/errors.ts";
import { isAbsent } from "../base/system-error.ts";
import type { RunFile, RunRecipe } from "./run-record.ts";

/** The name of a run's own file in its folder. */
export const runFileName = "run.json";

/**
 * `run.json` in a run folder, checked whole against its schema.
 * Throws E_RUN where there is none, and where it does not fit, naming every key that does not.
 */
export async function readRun(folder: string): Promise<RunFile> {
  const path = join(folder, runFileName);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new RootstockError("E_RUN", `run ${JSON.stringify(folder)}: no ${path}.`, {
      hint: "`rootstock runs list` shows what there is.",
      cause,
    });
  });
  const { runFile } = await import("./run-schema.ts");
  return parse(runFile, text, path);
}

/** A run folder, or what stands against reading it. */
export type ListedRun = { readonly id: string } & (
  { readonly run: RunFile } | { readonly error: ErrorRecord }
);

/** Every run folder under `parent`, oldest first; folders without a `run.json` are none. Throws E_FILE for one it may not look into. */
export async function listRuns(parent: string): Promise<ListedRun[]> {
  const names = await readdir(parent).catch((error: unknown): string[] => {
    if (isAbsent(error)) return [];
    throw explained(error, { doing: "read" });
  });
  const runs = await Promise.all(names.sort().map(async (id) => await lookAt(parent, id)));
  return runs.filter((run) => run !== null).sort((a, b) => (beginOf(a) < beginOf(b) ? -1 : 1));
}

/** A run's name begins with its date, but for one that several processes share. */
function beginOf(listed: ListedRun): string {
  if (!("run" in listed) || !listed.id.startsWith("shared-")) return listed.id;
  return listed.run.startedAt.slice(0, 19).replaceAll(":", "-");
}

async function lookAt(parent: string, id: string): Promise<ListedRun | null> {
  const files = await readdir(join(parent, id)).catch((): string[] => []);
  if (!files.includes(runFileName)) return null;
  return await readRun(join(parent, id)).then(
    (run) => ({ id, run }),
    (error: unknown) => ({ id, error: toErrorRecord(error) }),
  );
}

/** A recipe's row that a run kept; null where it is not there or does not fit, and is to be made again. */
export async function readRecipeRow(path: string): Promise<RunRecipe | null> {
  const { runRecipe } = await import("./recipe-row-schema.ts");
  return await readKept(runRecipe, path);
}

/** What was kept of a run, or null: absent, torn by a kill, or of another form is as good as not there. */
export async function readKept<T>(schema: ZodType<T>, path: string): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

function parse<T>(schema: ZodType<T>, text: string, path: string): T {
  const checked = schema.safeParse(jsonOf(text));
  if (checked.success) return checked.data;
  const faults = checked.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
  throw new RootstockError("E_RUN", `${JSON.stringify(path)}: ${faults.join("; ")}.`, {
    hint: "The file was made by another version, or was edited or cut off; run again.",
  });
}

/** Undefined for what is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
