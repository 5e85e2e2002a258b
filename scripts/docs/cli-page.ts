import type { Command } from "commander";
import type { Face } from "../../src/cli/face.ts";
import { createProgram } from "../../src/cli/program.ts";
import type { Language } from "../../src/words/language.ts";
import { wordsOf } from "../../src/words/words.ts";

const openings: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "# Command line",
    "",
    "[中文](zh/cli.md)",
    "",
    "What `--help` prints, command by command. With `--json`: [json.md](json.md); when something is wrong:",
    "[errors.md](errors.md).",
  ],
  zh: [
    "# 命令行",
    "",
    "[English](../cli.md)",
    "",
    "`--help` 的内容，逐条命令列出。`--json` 的输出见 [json.md](../json.md)（英文）；出错时见 [errors.md](errors.md)。",
  ],
};

/** docs/cli.md, or docs/zh/cli.md: what `--help` prints for every command, as wide as where there is no terminal. */
export function cliPage(lang: Language = "en"): string {
  const commands = everyCommand(lang);
  return [
    ...openings[lang],
    "",
    ...commands.map(({ words }) => `- [\`${words}\`](#${words.replaceAll(" ", "-")})`),
    ...commands.flatMap(({ words, help }) => ["", `## ${words}`, "", "```text", help, "```"]),
    "",
  ].join("\n");
}

/** Every command with its words and its help, a command of commands before those in it. */
export function everyCommand(lang: Language = "en"): { readonly words: string; readonly help: string }[] {
  const face = { words: wordsOf(lang) } as Face; // help is read, nothing runs
  return walk(createProgram(face), "");
}

function walk(command: Command, before: string): { words: string; help: string }[] {
  command.configureOutput({ getOutHelpWidth: () => 80, getOutHasColors: () => false });
  const words = `${before} ${command.name()}`.trim();
  const own = { words, help: command.helpInformation().trimEnd() };
  return [own, ...command.commands.flatMap((one) => walk(one, words))];
}
