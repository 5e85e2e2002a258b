import type { Command } from "commander";
import type { CommonOptions } from "../../face.ts";
import { addCommonOptions } from "../../options.ts";

/** Options of every command that records. */
export interface FactOptions extends CommonOptions {
  readonly author?: string;
  readonly reason?: string;
}

/** What `<ledger>` may be. */
export const ledgerArgument = "the ledger: its file, or the folder that holds labels.jsonl";

/** `--author` and `--reason`, and the common ones. */
export function addFactOptions(command: Command): Command {
  return addCommonOptions(command)
    .option("--author <name>", "who says so; it stands in the ledger with what is recorded")
    .option("--reason <text>", "why; it stands in the ledger with what is recorded");
}

/** The command line's words as facts of a recording. */
export function factsOf({ author, reason }: FactOptions): { author?: string; reason?: string } {
  return { ...(author === undefined ? {} : { author }), ...(reason === undefined ? {} : { reason }) };
}
