import { formatPercent } from "../base/format-number.ts";
import { english } from "../words/en/en.ts";
import { type RunLine, shortId } from "../workflow/earlier-runs.ts";
import { formatTable } from "./table.ts";
import type { TextOptions } from "./text-options.ts";

/** A line for each run, the newest last, where the eye is; `short` is enough for `runs show`. */
export function runsTable(runs: readonly RunLine[], { width, words = english }: TextOptions = {}): string[] {
  const { columns, status: statusWords } = words.results.runs;
  const { short, run, status, data, backbones, winner, accuracy } = columns;
  return formatTable(
    [short, run, status, data, backbones, winner, accuracy],
    runs.map(({ id, status, data = "", backbones = [], winner, accuracy }) => [
      shortId(id),
      id,
      statusWords[status],
      data,
      backbones.join(", "),
      winner ?? "",
      typeof accuracy === "number" ? formatPercent(accuracy) : "",
    ]),
    { width, spare: [run] },
  );
}
