import { formatPercent } from "../base/format-number.ts";
import { type AnyRun, shortId } from "../workflow/find-run.ts";
import { type TableOptions, formatTable } from "./table.ts";

/** A run on one line of `runs list`; what a run that is not finished does not know yet is null. */
export interface RunLine {
  readonly id: string;
  readonly status: string;
  readonly startedAt: string | null;
  /** The path that was given. */
  readonly data: string | null;
  readonly backbones: readonly string[];
  readonly winner: string | null;
  /** Of the winner, in cross-validation. */
  readonly accuracy: number | null;
}

interface Recipe {
  readonly name: string;
  readonly backbones: readonly string[];
  readonly accuracy?: { readonly mean: number };
}

/** What a list tells of a `run.json`. */
export function runLine(run: AnyRun): RunLine {
  const recipes = (run["recipes"] ?? []) as readonly Recipe[];
  const winner = (run["winner"] ?? null) as string | null;
  const dataset = run["dataset"] as { readonly path: string } | undefined;
  return {
    id: String(run["id"]),
    status: String(run["status"]),
    startedAt: (run["startedAt"] ?? null) as string | null,
    data: dataset?.path ?? null,
    backbones: [...new Set(recipes.flatMap(({ backbones }) => backbones))],
    winner,
    accuracy: recipes.find(({ name }) => name === winner)?.accuracy?.mean ?? null,
  };
}

/** A line for each run, the newest last, where the eye is; `short` is enough for `runs show`. */
export function runsTable(runs: readonly RunLine[], { width }: Pick<TableOptions, "width"> = {}): string[] {
  return formatTable(
    ["short", "run", "status", "data", "backbones", "winner", "accuracy"],
    runs.map(({ id, status, data, backbones, winner, accuracy }) => [
      shortId(id),
      id,
      status,
      data ?? "",
      backbones.join(", "),
      winner ?? "",
      accuracy === null ? "" : formatPercent(accuracy),
    ]),
    { width, spare: ["run"] },
  );
}
