#!/usr/bin/env node
import { CommanderError } from "commander";
import { createFace } from "./face.ts";
import { languageAsked } from "./language-asked.ts";
import { hidePassword } from "./queue-options.ts";
import { createProgram } from "./program.ts";
import { wordsOf } from "../words/words.ts";

const exitUsage = 2;

async function main(): Promise<void> {
  hidePassword(process.argv);
  const words = wordsOf(languageAsked(process.argv.slice(2), process.env));
  try {
    await createProgram(createFace(words)).parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitUsage;
  }
}

await main();
