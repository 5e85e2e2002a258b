import { Command } from "commander";
import { findRun } from "../../workflow/find-run.ts";
import { listRuns } from "../../workflow/run-folder.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";
import { runLine, runsTable } from "../runs-table.ts";

interface Options extends CommonOptions {
  readonly out: string;
}

/** `rootstock runs list|show` */
export function runsCommand(face: Face): Command {
  const runs = new Command("runs").summary("look at earlier runs");
  runs.addCommand(
    withFolder(new Command("list"))
      .summary("a line for each run: data, backbones, winner and its accuracy")
      .action(action(face, list)),
  );
  runs.addCommand(
    withFolder(new Command("show"))
      .summary("one run's run.json")
      .argument(
        "<id>",
        "the run's id, or the beginning of it or of its last part: what `runs list` calls short",
      )
      .action(action(face, show)),
  );
  return runs;

  async function list({ json, out }: Options): Promise<void> {
    const lines = (await listRuns(out)).map(runLine);
    if (json === true) face.json(lines);
    else if (lines.length === 0)
      face.print(`no run in ${JSON.stringify(out)} yet: rootstock compare makes one`);
    else face.print(...runsTable(lines, face));
  }

  async function show(word: string, { out }: Options): Promise<void> {
    face.json(await findRun(out, word), { indent: 2 });
  }
}

function withFolder(command: Command): Command {
  return addCommonOptions(command).option("--out <folder>", "where run folders are", "runs");
}
