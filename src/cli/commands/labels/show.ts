import { Command } from "commander";
import { diffLabels } from "../../../workflow/labels/diff-labels.ts";
import { exportLabels } from "../../../workflow/labels/export-labels.ts";
import { labelsAt, labelsLog, photoLog } from "../../../workflow/labels/show-labels.ts";
import type { CommonOptions, Face } from "../../face.ts";
import { atTable, logTable, photoTable } from "../../labels-tables.ts";
import { differenceLines } from "../../labels-text.ts";
import { action, addCommonOptions, wholeNumber } from "../../options.ts";
import { ledgerArgument } from "./facts.ts";

interface LogOptions extends CommonOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly photo?: string;
}

interface ExportOptions extends CommonOptions {
  readonly out?: string;
}

const versionArgument =
  "a version, its beginning, or a date (2026-11-25, 2026-11-25T14:30); default: the latest";

/** `labels log`, `at`, `diff` and `export`: what reads alone. */
export function labelsShowCommands(face: Face): Command[] {
  return [logCommand(face), atCommand(face), diffCommand(face), exportCommand(face)];
}

function logCommand(face: Face): Command {
  return addCommonOptions(new Command("log"))
    .summary("what was recorded, when, by whom and why, the latest first")
    .argument("<ledger>", ledgerArgument)
    .option("--limit <n>", "so many recordings", wholeNumber(1), 20)
    .option("--all", "all of them")
    .option("--photo <path|sha256>", "the history of one photo, by its path in the ledger or its sha256")
    .action(
      action(face, async (path: string, { limit, all, photo, json }: LogOptions) => {
        const layout = { words: face.words, width: face.width };
        if (photo !== undefined) {
          const history = await photoLog(path, photo);
          return json === true ? face.json(history) : face.print(...photoTable(history, layout));
        }
        const log = await labelsLog(path, { limit: all === true ? undefined : limit });
        return json === true ? face.json(log) : face.print(...logTable(log, layout));
      }),
    );
}

function atCommand(face: Face): Command {
  return addCommonOptions(new Command("at"))
    .summary("the classes and their photos at a version")
    .argument("<ledger>", ledgerArgument)
    .argument("[version]", versionArgument)
    .action(
      action(face, async (path: string, version: string | undefined, { json }: CommonOptions) => {
        const at = await labelsAt(path, version);
        if (json === true) face.json(at);
        else face.print(...atTable(at, { words: face.words, width: face.width }));
      }),
    );
}

function diffCommand(face: Face): Command {
  return addCommonOptions(new Command("diff"))
    .summary("which photos changed sides between two versions, or between the data of two models")
    .description(
      "A ledger alone: its last change. A ledger and one version: from there to the latest; and two: from one to the other.\n" +
        "Two run folders, model folders or LEDGER@VERSION: from the data of the one to that of the other.",
    )
    .argument(
      "<what...>",
      "LEDGER [VERSION [VERSION]], or two of run folder, model folder and LEDGER@VERSION",
    )
    .action(
      action(face, async (words: readonly string[], { json }: CommonOptions) => {
        const diff = await diffLabels(words);
        if (json === true) face.json(diff);
        else face.print(...differenceLines(diff, face.words));
      }),
    );
}

function exportCommand(face: Face): Command {
  return addCommonOptions(new Command("export"))
    .summary("the labels of a version as a CSV that every command takes as data")
    .argument("<ledger>", ledgerArgument)
    .argument("[version]", versionArgument)
    .option(
      "--out <file>",
      "the file to write, in the ledger's folder if it shall serve as data; default: stdout",
    )
    .action(
      action(face, async (path: string, version: string | undefined, { out, json }: ExportOptions) => {
        const { text, ...exported } = await exportLabels(path, { version, out });
        if (json === true) face.json(exported);
        else if (out === undefined) face.data(...text.trimEnd().split("\n"));
        else face.print(face.words.labels.exported(exported.photos, out));
      }),
    );
}
