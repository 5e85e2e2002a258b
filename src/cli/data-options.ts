import { type Command, InvalidArgumentError } from "commander";
import type { DataOptions } from "../workflow/study.ts";

/** How the command line says what a data set's folders are. */
export interface DataCommandOptions {
  readonly splitFolders?: boolean;
  readonly unlabelled?: readonly string[];
  readonly labels?: string;
}

/** What `<data>` may be, for every command that reads a data set. */
export const dataArgument =
  "folder with one folder of photos per class (train, val, test may stand around them), or a .csv, .tsv or .jsonl table " +
  "with the columns file_name,label and where wanted split,group; or a ledger of labels (labels.jsonl, also labels.jsonl@VERSION)";

/** `--split-folders`, `--unlabelled` and `--labels`: what all commands that read a data set share. */
export function addDataOptions(command: Command): Command {
  return addFolderOptions(command).option(
    "--labels <version>",
    "take the labels from the ledger in that folder, at a version (or its beginning, a date, or latest)",
  );
}

/** `--split-folders` and `--unlabelled`: how folders are read. */
export function addFolderOptions(command: Command): Command {
  return command
    .option(
      "--split-folders <yes|no>",
      "whether folders called train, val, test and the like are splits or classes; default: what they hold decides",
      yesOrNo,
    )
    .option(
      "--unlabelled <name>",
      "folder of photos without a label, to be set aside, beside unlabelled, unsorted, inbox; repeatable; none: there are none",
      (name: string, previous: readonly string[] = []) => [...previous, name],
    );
}

/** The command line's words as options of reading the data. */
export function dataOptions({ splitFolders, unlabelled, labels }: DataCommandOptions): DataOptions {
  return { splitFolders, unlabelled: unlabelled?.filter((name) => name !== "none"), labels };
}

/** `yes` or `no`, as a commander parser. */
export function yesOrNo(text: string): boolean {
  if (text !== "yes" && text !== "no") throw new InvalidArgumentError("Expected yes or no.");
  return text === "yes";
}
