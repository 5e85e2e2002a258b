import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { RootstockError } from "../../base/errors.ts";
import { listRuns } from "../../workflow/run-folder.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";
import { formatTable } from "../table.ts";

interface Options extends CommonOptions {
  readonly out: string;
}

/** `rootstock runs list|show` */
export function runsCommand(face: Face): Command {
  const runs = new Command("runs").summary("look at earlier runs");
  runs.addCommand(withFolder(new Command("list")).summary("a line for each run").action(action(face, list)));
  runs.addCommand(
    withFolder(new Command("show"))
      .summary("one run's run.json")
      .argument("<id>", "the run's id")
      .action(action(face, show)),
  );
  return runs;

  async function list({ json, out }: Options): Promise<void> {
    const records = await listRuns(out);
    if (json === true)
      face.print(
        JSON.stringify(
          records.map(({ id, status, winner, startedAt }) => ({ id, status, winner, startedAt })),
        ),
      );
    else
      face.print(
        formatTable(
          ["run", "status", "winner"],
          records.map((run) => [run["id"], run["status"], run["winner"] ?? ""].map(String)),
        ),
      );
  }

  async function show(id: string, { out }: Options): Promise<void> {
    const path = join(out, id, "run.json");
    const text = await readFile(path, "utf8").catch((cause: unknown) => {
      throw new RootstockError("E_RUN", `run ${JSON.stringify(id)}: no ${path}.`, {
        hint: "`rootstock runs list` shows what there is.",
        cause,
      });
    });
    face.print(text.trimEnd());
  }
}

function withFolder(command: Command): Command {
  return addCommonOptions(command).option("--out <folder>", "where run folders are", "runs");
}
