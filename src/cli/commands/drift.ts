import { Command, InvalidArgumentError } from "commander";
import { errorCodes } from "../../base/errors.ts";
import { drift } from "../../workflow/drift.ts";
import { type DataCommandOptions, addDataOptions, dataOptions } from "../data-options.ts";
import { driftTable } from "../drift-table.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addEngineOptions, wholeNumber } from "../options.ts";

interface Options extends CommonOptions, DataCommandOptions {
  readonly threads?: number;
  readonly seed: number;
  readonly falseAlarms: number;
  readonly out?: string;
  readonly failOnDrift?: boolean;
}

/** `rootstock drift <model> <data>` */
export function driftCommand(face: Face): Command {
  return addDataOptions(addEngineOptions(new Command("drift")))
    .summary("whether new photos are still what a model learnt from: kind, mix of classes, meaning of labels")
    .argument("<model>", "model folder with its memory")
    .argument("<data>", "folder of new photos, with class folders or without, or a table")
    .option("--out <file>", "also write a page with the most shifted photos (.html)")
    .option("--false-alarms <share>", "how often all questions together may raise a false alarm", share, 0.05)
    .option("--fail-on-drift", "exit code 4 where anything has changed")
    .option("--seed <n>", "decides every random draw", wholeNumber(0), 42)
    .action(
      action(face, async (model: string, data: string, options: Options) => {
        const { threads, seed, falseAlarms: falseAlarmRate, out } = options;
        const settings = { ...dataOptions(options), threads, seed, falseAlarmRate, out };
        const run = drift(model, data, { ...settings, lang: face.words.lang, signal: face.signal });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else face.print(...driftTable(result, face));
        if (result.isShifted && options.failOnDrift === true)
          // a gate that was not met
          face.exitWith(errorCodes.E_VERIFY);
      }),
    );
}

/** A share above 0 and below 1, as a commander parser. */
function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Expected a share between 0 and 1, as 0.05.");
}
