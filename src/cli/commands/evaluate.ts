import { Command } from "commander";
import { evaluateModel } from "../../workflow/evaluate-model.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import { evaluationTable } from "../evaluation-table.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addEngineOptions } from "../options.ts";

interface Options extends CommonOptions, DataCommandOptions {
  readonly threads?: number;
  readonly includeTraining?: boolean;
}

/** `rootstock evaluate <model> <data>` */
export function evaluateCommand(face: Face): Command {
  return addDataOptions(addEngineOptions(new Command("evaluate")))
    .summary("measure a model folder on labelled photos it has not seen")
    .argument("<model>", "model folder")
    .argument("<data>", dataArgument)
    .option("--include-training", "count photos that the model was trained on too; the figures then flatter")
    .action(
      action(face, async (model: string, data: string, options: Options) => {
        const { threads, includeTraining: includesTraining } = options;
        const settings = { ...dataOptions(options), threads, includesTraining, signal: face.signal };
        const run = evaluateModel(model, data, settings);
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else face.print(...evaluationTable(result, face));
      }),
    );
}
