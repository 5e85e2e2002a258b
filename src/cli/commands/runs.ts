import { Command } from "commander";
import { listRuns, showRun } from "../../workflow/earlier-runs.ts";
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
    const runs = await listRuns(out);
    if (json === true) face.print(JSON.stringify(runs));
    else
      face.print(
        formatTable(
          ["run", "status", "winner"],
          runs.map(({ id, status, winner }) => [id, status, winner ?? ""]),
        ),
      );
  }

  async function show(id: string, { out }: Options): Promise<void> {
    face.print(await showRun(out, id));
  }
}

function withFolder(command: Command): Command {
  return addCommonOptions(command).option("--out <folder>", "where run folders are", "runs");
}
