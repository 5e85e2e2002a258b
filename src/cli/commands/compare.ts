import { Command } from "commander";
import { compare } from "../../workflow/compare.ts";
import { comparisonTable } from "../comparison-table.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { GoldenKind } from "../../workflow/deliver-model.ts";
import type { Face } from "../face.ts";
import {
  type WorkCommandOptions,
  action,
  addGoldenOption,
  addWorkOptions,
  commaList,
  studyOptions,
  wholeNumber,
} from "../options.ts";
import { addTrainingOptions, settingsOf } from "../training-options.ts";

interface Options extends WorkCommandOptions, DataCommandOptions {
  readonly recipes?: readonly string[];
  readonly folds: number;
  readonly out: string;
  readonly golden: GoldenKind;
}

/** Every recipe failed: there is a report, and no model. */
const exitFailed = 1;

/** `rootstock compare <data>`: the main job. */
export function compareCommand(face: Face): Command {
  const command = addDataOptions(addWorkOptions(new Command("compare")))
    .summary("try the recipes side by side on your photos and keep the best model")
    .description(
      "Cross-validates every recipe on the same folds of the same photos, says which is best and by how much,\n" +
        "and writes runs/<id>/ with report.html, run.json and model/ (the winner, fitted on all training photos).",
    )
    .argument("<data>", dataArgument)
    .option(
      "--recipes <a,b>",
      "recipes by name, .yaml file or classifier module (.js, .ts); default: the ones for the backbones",
      commaList,
    )
    .option("--folds <n>", "parts of the cross-validation", wholeNumber(2, 100), 5)
    .option("--out <folder>", "where run folders are written", "runs");
  return addTrainingOptions(addGoldenOption(command)).action(
    action(face, async (data: string, options: Options) => {
      const { recipes, folds, out, golden } = options;
      const settings = {
        ...studyOptions(options, face),
        ...settingsOf({ ...options }),
        ...dataOptions(options),
      };
      const { lang } = face.words;
      const run = compare(data, { ...settings, recipes, folds, out, golden, lang });
      const result = await face.follow(run, options);
      if (options.json === true) face.json(result);
      else face.print(...comparisonTable(result, face));
      if (result.winner === null) face.exitWith(exitFailed);
    }),
  );
}
