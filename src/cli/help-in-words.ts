import { type Command, Help, Option } from "commander";
import { textWidth } from "../base/text-width.ts";
import { wrapText } from "../base/wrap-text.ts";
import type { HelpWords } from "../words/en/help.ts";

/**
 * Puts a program's help, and that of every command in it, into another language: each description and heading is looked
 * up by what it is in English, and stays so where the catalogue lacks it. Lines break between Chinese characters too.
 */
export function putHelpInWords(command: Command, help: HelpWords): void {
  const { texts } = help;
  const said = (text: string): string => texts[text] ?? text;
  command.summary(said(command.summary())).description(inOneParagraph(said(command.description())));
  for (const argument of command.registeredArguments) argument.description = said(argument.description);
  for (const option of command.options) {
    option.description = said(option.description);
    if (option.helpGroupHeading !== undefined) option.helpGroupHeading = said(option.helpGroupHeading);
  }
  command.addHelpOption(new Option("-h, --help", said("display help for command")).helpGroup("Options:"));
  if (command.commands.length > 0) command.helpCommand("help [command]", said("display help for command"));
  command.configureHelp(helpIn(help)).showHelpAfterError(false); // a refusal says it itself
  command.configureOutput({
    outputError: (text, write) => write(`${help.refused(text.trimEnd().replaceAll("\n", "\n  "))}\n`),
  });
  for (const inner of command.commands) putHelpInWords(inner, help);
}

/** Lines of the source as one paragraph, which the terminal breaks where it ends; Chinese has no blank between its lines. */
function inOneParagraph(text: string): string {
  return text.replaceAll(/([\u2e80-\uffef])\n/gu, "$1").replaceAll("\n", " ");
}

/** What commander itself writes around the descriptions. */
function helpIn(help: HelpWords): Partial<Help> {
  const plain = new Help();
  const titles: Readonly<Record<string, string>> = {
    "Usage:": help.usage,
    "Arguments:": help.arguments,
    "Options:": help.options,
    "Commands:": help.commands,
  };
  const places = (text: string): string =>
    text.replace("[options]", help.optionsPlace).replace("[command]", help.commandPlace);
  return {
    displayWidth: textWidth,
    minWidthToWrap: 20, // beside the longest command there is room for that
    boxWrap: (text, width) =>
      text
        .split("\n")
        .flatMap((line) => wrapText(line, width))
        .join("\n"),
    styleTitle: (title) => titles[title] ?? title,
    commandUsage: (command) => places(plain.commandUsage(command)),
    subcommandTerm: (command) => places(plain.subcommandTerm(command)),
    optionDescription: (option) => option.description + help.more(option.argChoices ?? [], presetOf(option)),
  };
}

/** The default of an option that takes a value. */
function presetOf({ defaultValue, required, optional }: Option): string | null {
  return defaultValue === undefined || !(required || optional) ? null : JSON.stringify(defaultValue);
}
