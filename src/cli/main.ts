#!/usr/bin/env node
import { CommanderError } from "commander";
import { createFace } from "./face.ts";
import { createProgram } from "./program.ts";

const exitUsage = 2;

async function main(): Promise<void> {
  try {
    await createProgram(createFace()).parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitUsage;
  }
}

await main();
