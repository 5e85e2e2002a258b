import { Command } from "commander";
import { evaluateModel } from "../../workflow/evaluate-model.ts";
import type { Face } from "../face.ts";
import type { CommonOptions } from "../face.ts";
import { evaluationTable } from "../evaluation-table.ts";
import { action, addEngineOptions } from "../options.ts";

interface Options extends CommonOptions {
  readonly threads?: number;
  readonly includeTraining?: boolean;
}

/** `rootstock evaluate <model> <data>` */
export function evaluateCommand(face: Face): Command {
  return addEngineOptions(new Command("evaluate"))
    .summary("measure a model folder on labelled photos it has not seen")
    .argument("<model>", "model folder")
    .argument("<data>", "folder with one folder of photos per class, or a .csv / .jsonl list")
    .option("--include-training", "count photos that the model was trained on too; the figures then flatter")
    .action(
      action(face, async (model: string, data: string, options: Options) => {
        const { threads, includeTraining: includesTraining } = options;
        const run = evaluateModel(model, data, { threads, includesTraining, signal: face.signal });
        const result = await face.follow(run, options);
        face.print(options.json === true ? JSON.stringify(result) : evaluationTable(result));
      }),
    );
}
