import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type SettingForm,
  type TrainingSetting,
  type TrainingSettings,
  trainingSettings,
} from "../workflow/train.ts";
import { wholeNumber } from "./options.ts";

/** The settings as commander hands them on, by the names of their flags; a word for null is still a word. */
export type TrainingCommandOptions = Readonly<Record<string, unknown>>;

/** What stands above the values of `fine-tune` and `scratch` recipes: a flag for every setting. */
export function addTrainingOptions(command: Command): Command {
  command.optionsGroup(
    "Options for recipes that train a network (fine-tune, scratch), above what the recipe says:",
  );
  for (const setting of Object.values<TrainingSetting>(trainingSettings)) addSetting(command, setting);
  return command;
}

/** The command line's words as the workflow's settings. */
export function settingsOf(options: TrainingCommandOptions): TrainingSettings {
  const given = Object.entries<TrainingSetting>(trainingSettings).map(([name, { flag, word }]) => {
    const value = options[new Option(flag).attributeName()];
    return [name, word !== undefined && value === word ? null : value] as const;
  });
  return Object.fromEntries(given) as TrainingSettings;
}

function addSetting(command: Command, { flag, help, form, word }: TrainingSetting): void {
  if (form.kind === "switch") command.option(flag, help).option(flag.replace("--", "--no-"), form.helpOff);
  else command.option(flag, help, orWord(word, parserOf(form)));
}

function parserOf(form: Exclude<SettingForm, { kind: "switch" }>): (text: string) => unknown {
  switch (form.kind) {
    case "whole":
      return wholeNumber(form.low, form.high);
    case "number":
      return numberBetween(form);
    case "share":
      return share;
    case "sizes":
      return (text) => (text === "none" ? [] : text.split(",").map(wholeNumber(1, form.high)));
    case "text":
      return (text) => text;
  }
}

/** The word as it is, anything else as `parse` has it. Not null for the word: commander takes null for a missing value. */
function orWord(word: string | undefined, parse: (text: string) => unknown): (text: string) => unknown {
  return (text) => (text === word ? word : parse(text));
}

/** A number in (above, most], as a commander parser. */
export function numberBetween({ above, most }: { above: number; most: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value > above && value <= most))
      throw new InvalidArgumentError(`Expected a number above ${above}, at most ${most}.`);
    return value;
  };
}

/** A number in [0, 1), as a commander parser. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("Expected a number from 0, below 1.");
  return value;
}
