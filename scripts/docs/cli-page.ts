import type { Command } from "commander";
import type { Face } from "../../src/cli/face.ts";
import { createProgram } from "../../src/cli/program.ts";
import { english } from "../../src/words/en/en.ts";

/** docs/cli.md: what `--help` prints for every command, as wide as where there is no terminal. */
export function cliPage(): string {
  const commands = everyCommand();
  return [
    "# Command line",
    "",
    "What `--help` prints, command by command. With `--json`: [json.md](json.md); when something is wrong:",
    "[errors.md](errors.md).",
    "",
    ...commands.map(({ words }) => `- [\`${words}\`](#${words.replaceAll(" ", "-")})`),
    ...commands.flatMap(({ words, help }) => ["", `## ${words}`, "", "```text", help, "```"]),
    "",
  ].join("\n");
}

/** Every command with its words and its help, a command of commands before those in it. */
export function everyCommand(): { readonly words: string; readonly help: string }[] {
  const face = { words: english } as Face; // help is read, nothing runs
  return walk(createProgram(face), "");
}

function walk(command: Command, before: string): { words: string; help: string }[] {
  command.configureOutput({ getOutHelpWidth: () => 80, getOutHasColors: () => false });
  const words = `${before} ${command.name()}`.trim();
  const own = { words, help: command.helpInformation().trimEnd() };
  return [own, ...command.commands.flatMap((one) => walk(one, words))];
}
