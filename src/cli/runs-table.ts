import { formatPercent } from "../base/format-number.ts";
import { type RunLine, shortId } from "../workflow/earlier-runs.ts";
import { type TableOptions, formatTable } from "./table.ts";

/** A line for each run, the newest last, where the eye is; `short` is enough for `runs show`. */
export function runsTable(runs: readonly RunLine[], { width }: Pick<TableOptions, "width"> = {}): string[] {
  return formatTable(
    ["short", "run", "status", "data", "backbones", "winner", "accuracy"],
    runs.map(({ id, status, data = "", backbones = [], winner, accuracy }) => [
      shortId(id),
      id,
      status,
      data,
      backbones.join(", "),
      winner ?? "",
      typeof accuracy === "number" ? formatPercent(accuracy) : "",
    ]),
    { width, spare: ["run"] },
  );
}
