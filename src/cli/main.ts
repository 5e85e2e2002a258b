#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { packageVersion } from "../workflow/doctor.ts";
import { backbonesCommand } from "./commands/backbones.ts";
import { checkCommand } from "./commands/check.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { featuresCommand } from "./commands/features.ts";
import { predictCommand } from "./commands/predict.ts";
import { runsCommand } from "./commands/runs.ts";
import { trainCommand } from "./commands/train.ts";
import { verifyCommand } from "./commands/verify.ts";
import { createFace } from "./face.ts";

/** A command: one file, and one line here. */
const commands = [
  compareCommand,
  trainCommand,
  predictCommand,
  evaluateCommand,
  checkCommand,
  featuresCommand,
  backbonesCommand,
  verifyCommand,
  runsCommand,
  doctorCommand,
];

const exitUsage = 2;

async function main(): Promise<void> {
  const program = new Command("rootstock")
    .description(
      "Transfer learning for images: compare the ways of reusing a pretrained network on your own photos.",
    )
    .version(packageVersion)
    .showHelpAfterError("Try rootstock --help.")
    .exitOverride();
  const face = createFace();
  for (const build of commands) program.addCommand(build(face).exitOverride());
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitUsage;
  }
}

await main();
