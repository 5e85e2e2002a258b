import { Command } from "commander";
import { listRuns, showRun } from "../../workflow/earlier-runs.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";
import { runsTable } from "../runs-table.ts";

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
    const runs = await listRuns(out);
    if (json === true) face.json(runs);
    else if (runs.length === 0) face.print(face.words.results.runs.none(out));
    else face.print(...runsTable(runs, face));
  }

  async function show(word: string, { out }: Options): Promise<void> {
    face.data(...(await showRun(out, word)).split("\n"));
  }
}

function withFolder(command: Command): Command {
  return addCommonOptions(command).option("--out <folder>", "where run folders are", "runs");
}
