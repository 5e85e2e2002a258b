import type { Command } from "commander";
import { expect, test } from "vitest";
import { textWidth } from "../base/text-width.ts";
import { english } from "../words/en/en.ts";
import { wordsOf } from "../words/words.ts";
import type { Face } from "./face.ts";
import { createProgram } from "./program.ts";

const programIn = (words: Face["words"]): Command => createProgram({ words } as Face); // help is read, nothing runs

/** A command and all within it. */
const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];

/** All that a command's help is made of, in the language that its author wrote. */
function textsOf(command: Command): string[] {
  return [
    command.summary(),
    command.description(),
    ...command.registeredArguments.map(({ description }) => description),
    ...command.options.flatMap(({ description, helpGroupHeading = "" }) => [description, helpGroupHeading]),
  ].filter((text) => text !== "");
}

test("every description of every command and option has its Chinese, and none is kept for what is gone", () => {
  const { texts } = wordsOf("zh").help!;
  const written = new Set([
    ...every(programIn(english)).flatMap(textsOf),
    "display help for command", // commander's own
  ]);
  expect([...written].filter((text) => !(text in texts))).toEqual([]);
  expect(Object.keys(texts).filter((text) => !written.has(text))).toEqual([]);
});

test("Chinese help keeps to 80 columns, breaks between characters, and has no English sentence", () => {
  for (const command of every(programIn(wordsOf("zh")))) {
    command.configureOutput({ getOutHelpWidth: () => 80, getOutHasColors: () => false });
    const lines = command.helpInformation().split("\n");
    expect(lines.filter((line) => textWidth(line) > 80)).toEqual([]);
    expect(lines.slice(1).filter((line) => /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(line))).toEqual([]);
    expect(lines[0]).toMatch(/^用法: rootstock/);
  }
});

test("English help is what the commands say: nothing goes through a catalogue", () => {
  const help = programIn(english)
    .commands.find((command) => command.name() === "check")!
    .helpInformation();
  expect(help).toMatch(/^Usage: check \[options\] <data>|^Usage: rootstock check \[options\] <data>/);
  expect(help).toMatch(/--folds <n> +folds that the classes must be large enough for\s+\(default: 5\)/);
});
