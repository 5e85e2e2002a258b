import { Command } from "commander";
import { packageVersion } from "../workflow/doctor.ts";
import { backbonesCommand } from "./commands/backbones.ts";
import { checkCommand } from "./commands/check.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { driftCommand } from "./commands/drift.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { featuresCommand } from "./commands/features.ts";
import { labelsCommand } from "./commands/labels/labels.ts";
import { mergeCommand } from "./commands/merge.ts";
import { inboxCommand } from "./commands/inbox.ts";
import { pageCommand } from "./commands/page.ts";
import { predictCommand } from "./commands/predict.ts";
import { pretrainCommand } from "./commands/pretrain.ts";
import { runsCommand } from "./commands/runs.ts";
import { trainCommand } from "./commands/train.ts";
import { updateCommand } from "./commands/update.ts";
import { verifyCommand } from "./commands/verify.ts";
import { workerCommand } from "./commands/worker.ts";
import type { Face } from "./face.ts";
import { putHelpInWords } from "./help-in-words.ts";
import { langOption } from "./options.ts";

/** A command: one file, and one line here. */
const commands = [
  compareCommand,
  workerCommand,
  trainCommand,
  updateCommand,
  mergeCommand,
  predictCommand,
  evaluateCommand,
  driftCommand,
  inboxCommand,
  checkCommand,
  labelsCommand,
  featuresCommand,
  backbonesCommand,
  pretrainCommand,
  verifyCommand,
  pageCommand,
  runsCommand,
  doctorCommand,
];

/** The whole command line on a face; nothing runs until it is given words to parse. */
export function createProgram(face: Face): Command {
  const program = new Command("rootstock")
    .description(
      "Transfer learning for images: compare the ways of reusing a pretrained network on your own photos.",
    )
    .version(packageVersion)
    .addOption(langOption())
    .showHelpAfterError("Try rootstock --help.")
    .exitOverride();
  for (const build of commands) {
    const command = build(face).exitOverride();
    if (command.commands.length > 0) command.addOption(langOption()); // the others have it with their own
    program.addCommand(command);
  }
  if (face.words.help !== null) putHelpInWords(program, face.words.help);
  return program;
}
