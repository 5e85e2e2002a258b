import { Command } from "commander";
import { errorCodes } from "../../base/errors.ts";
import { check } from "../../workflow/check.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { CommonOptions, Face } from "../face.ts";
import { healthTable } from "../health-table.ts";
import { action, addCommonOptions, wholeNumber } from "../options.ts";

interface Options extends CommonOptions, DataCommandOptions {
  readonly folds: number;
}

/** `rootstock check <data>` */
export function checkCommand(face: Face): Command {
  return addDataOptions(addCommonOptions(new Command("check")))
    .summary("look through a data set before training: broken files, duplicates, conflicts, balance")
    .argument("<data>", dataArgument)
    .option("--folds <n>", "folds that the classes must be large enough for", wholeNumber(2, 100), 5)
    .action(
      action(face, async (data: string, options: Options) => {
        const settings = { ...dataOptions(options), folds: options.folds, signal: face.signal };
        const health = await face.follow(check(data, settings), options);
        if (options.json === true) face.json(health);
        else face.print(...healthTable(health, face));
        if (health.skipped.length > 0) face.exitWith(errorCodes.E_IMAGE);
      }),
    );
}
