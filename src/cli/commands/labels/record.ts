import { Command } from "commander";
import { quoteWord } from "../../../base/quote-word.ts";
import { beginLabels } from "../../../workflow/labels/begin-labels.ts";
import { recordLabels } from "../../../workflow/labels/record-labels.ts";
import { shortVersion } from "../../../workflow/labels/show-labels.ts";
import { undoLabels } from "../../../workflow/labels/undo-labels.ts";
import type { Face } from "../../face.ts";
import { action } from "../../options.ts";
import { shownPath } from "../../shown-path.ts";
import { type FactOptions, addFactOptions, factsOf, ledgerArgument } from "./facts.ts";

/** `labels init`, `record` and `undo`. */
export function labelsRecordCommands(face: Face): Command[] {
  return [initCommand(face), recordCommand(face), undoCommand(face)];
}

function initCommand(face: Face): Command {
  return addFactOptions(new Command("init"))
    .summary("begin a ledger of labels in a folder of photos")
    .argument("<folder>", "the folder, whose file labels.jsonl it becomes; or another name, ending in .jsonl")
    .action(
      action(face, async (path: string, options: FactOptions) => {
        const begun = await beginLabels(path, factsOf(options));
        const { labels } = face.words;
        if (options.json === true) face.json(begun);
        else
          face.print(
            labels.begun(shownPath(begun.ledger), shortVersion(begun.version)),
            labels.next(`rootstock labels sync ${quoteWord(path)}`),
          );
      }),
    );
}

function recordCommand(face: Face): Command {
  return addFactOptions(new Command("record"))
    .summary("record a table of decisions: new photos are added, known ones relabelled, none removed")
    .argument("<ledger>", ledgerArgument)
    .argument(
      "<decisions>",
      "table with the columns sha256,path,label,reason; an empty label: none of the classes",
    )
    .action(
      action(face, async (path: string, decisions: string, options: FactOptions) => {
        const recorded = await recordLabels(path, decisions, factsOf(options));
        const { added, relabelled, unchanged, version } = recorded;
        if (options.json === true) face.json(recorded);
        else face.print(face.words.labels.decided(added, relabelled, unchanged, shortVersion(version)));
      }),
    );
}

interface UndoOptions extends FactOptions {
  readonly to?: string;
}

function undoCommand(face: Face): Command {
  return addFactOptions(new Command("undo"))
    .summary(
      "bring back the labels before the last change, by recording the opposite; again: one change further",
    )
    .argument("<ledger>", ledgerArgument)
    .option("--to <version>", "bring back the labels of that version, an earlier or an undone one")
    .action(
      action(face, async (path: string, options: UndoOptions) => {
        const undone = await undoLabels(path, { ...factsOf(options), to: options.to });
        const { events, target, version } = undone;
        if (options.json === true) face.json(undone);
        else face.print(face.words.labels.undone(events, shortVersion(target), shortVersion(version)));
      }),
    );
}
