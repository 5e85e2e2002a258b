import { RootstockError, quoteList } from "../base/errors.ts";
import { listRuns } from "./run-folder.ts";

/** What `run.json` of a run says, finished or not. */
export type AnyRun = Readonly<Record<string, unknown>>;

/**
 * The run that a word means: its id, the beginning of it, or the beginning of its last part ("2fb9" for
 * "2026-11-25T13-57-10-2fb93319"); a path to its folder too. Throws E_RUN where none or several are meant.
 */
export async function findRun(parent: string, word: string): Promise<AnyRun> {
  const runs = await listRuns(parent);
  const name = word.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
  const idOf = (run: AnyRun): string => String(run["id"]);
  const meant =
    runs.find((run) => idOf(run) === name) ??
    onlyOne(
      runs.filter((run) => name !== "" && [idOf(run), shortId(idOf(run))].some((id) => id.startsWith(name))),
      { word, idOf },
    );
  if (meant !== undefined) return meant;
  const known = runs.map(idOf).toReversed();
  const got = known.length === 0 ? "none is there" : `there are ${quoteList(known)}`;
  throw new RootstockError(
    "E_RUN",
    `run ${JSON.stringify(word)}: no such run in ${JSON.stringify(parent)}; ${got}.`,
    {
      hint: "`rootstock runs list` shows what there is; --out names another folder of runs.",
    },
  );
}

/** The last part of an id, which tells runs of one day apart. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}

function onlyOne(
  runs: readonly AnyRun[],
  { word, idOf }: { word: string; idOf: (run: AnyRun) => string },
): AnyRun | undefined {
  if (runs.length < 2) return runs[0];
  throw new RootstockError(
    "E_RUN",
    `run ${JSON.stringify(word)}: expected one run, got ${runs.length}: ${quoteList(runs.map(idOf))}.`,
    { hint: "Give more of its id." },
  );
}
