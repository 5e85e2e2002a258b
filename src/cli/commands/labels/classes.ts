import { Command } from "commander";
import { quoteName } from "../../../base/quote-name.ts";
import {
  type ClassesChanged,
  mergeClasses,
  renameClass,
  splitClass,
} from "../../../workflow/labels/change-classes.ts";
import { shortVersion } from "../../../workflow/labels/show-labels.ts";
import type { Face } from "../../face.ts";
import { action } from "../../options.ts";
import { type FactOptions, addFactOptions, factsOf, ledgerArgument } from "./facts.ts";

interface MergeOptions extends FactOptions {
  readonly into: string;
}

/** `labels rename`, `merge` and `split`: classes as wholes. */
export function labelsClassCommands(face: Face): Command[] {
  const tell = (changed: ClassesChanged, { json }: FactOptions): void => {
    const { labels } = face.words;
    if (json === true) face.json(changed);
    else
      face.print(
        labels.classChanged(changed.photos, shortVersion(changed.version)),
        labels.classes(changed.classes.map(quoteName)),
      );
  };
  const rename = addFactOptions(new Command("rename"))
    .summary("give a class another name, for all its photos at once")
    .argument("<ledger>", ledgerArgument)
    .argument("<from>", "the class")
    .argument("<to>", "its new name")
    .action(
      action(face, async (path: string, from: string, to: string, options: FactOptions) => {
        tell(await renameClass(path, { from, to }, factsOf(options)), options);
      }),
    );
  const merge = addFactOptions(new Command("merge"))
    .summary("make one class of several")
    .argument("<ledger>", ledgerArgument)
    .argument("<classes...>", "the classes")
    .requiredOption("--into <class>", "the class that they become: one of them, another, or a new one")
    .action(
      action(face, async (path: string, from: readonly string[], options: MergeOptions) => {
        tell(await mergeClasses(path, { from, into: options.into }, factsOf(options)), options);
      }),
    );
  const split = addFactOptions(new Command("split"))
    .summary("part a class: each photo in a table goes to the class that the table gives it")
    .argument("<ledger>", ledgerArgument)
    .argument("<class>", "the class")
    .argument("<decisions>", "table with the columns path,label (or sha256,label); photos that it lacks stay")
    .action(
      action(face, async (path: string, from: string, decisions: string, options: FactOptions) => {
        tell(await splitClass(path, { from, decisions }, factsOf(options)), options);
      }),
    );
  return [rename, merge, split];
}
