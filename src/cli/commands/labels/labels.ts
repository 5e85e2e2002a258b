import { Command } from "commander";
import type { Face } from "../../face.ts";
import { labelsCheckCommand } from "./check.ts";
import { labelsClassCommands } from "./classes.ts";
import { labelsRecordCommands } from "./record.ts";
import { labelsShowCommands } from "./show.ts";
import { labelsSyncCommand } from "./sync.ts";

/** `rootstock labels init|sync|log|diff|at|undo|rename|merge|split|record|export|check` */
export function labelsCommand(face: Face): Command {
  const labels = new Command("labels")
    .summary("keep a ledger of labels: what each photo shows, since when, by whom and why")
    .description(
      "A ledger is one file of JSON lines, labels.jsonl, that is only ever added to: any version can be had back, and\n" +
        "compare, train and evaluate take one as data. Photos are known by their bytes: moved and renamed files keep\n" +
        "their labels.",
    );
  const commands = [
    ...labelsRecordCommands(face),
    labelsSyncCommand(face),
    labelsCheckCommand(face),
    ...labelsShowCommands(face),
    ...labelsClassCommands(face),
  ];
  for (const name of [
    "init",
    "sync",
    "log",
    "diff",
    "at",
    "undo",
    "rename",
    "merge",
    "split",
    "record",
    "export",
    "check",
  ])
    labels.addCommand(commands.find((command) => command.name() === name)!);
  return labels;
}
