import { Command } from "commander";
import { train } from "../../workflow/train.ts";
import type { Face } from "../face.ts";
import {
  type TrainingCommandOptions,
  type WorkCommandOptions,
  action,
  addTrainingOptions,
  addWorkOptions,
  studyOptions,
  trainingSettings,
} from "../options.ts";
import { trainedText } from "../trained-text.ts";

interface Options extends WorkCommandOptions, TrainingCommandOptions {
  readonly recipe: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly force?: boolean;
}

/** `rootstock train <data> --recipe R --out model/` */
export function trainCommand(face: Face): Command {
  const command = addWorkOptions(new Command("train"))
    .summary("fit one recipe on all photos and write the model folder")
    .argument("<data>", "folder with one folder of photos per class, or a .csv / .jsonl list")
    .option("--recipe <name|file>", "recipe by name or .yaml file", "svm")
    .requiredOption("--out <folder>", "the model folder to write")
    .option(
      "--replace, --force",
      "write in the place of another model; one of the same command is made again",
    )
    .option("--resume", "continue a stopped training from its last checkpoint");
  return addTrainingOptions(command).action(
    action(face, async (data: string, options: Options) => {
      const { recipe, out, resume, force } = options;
      const settings = { ...studyOptions(options, face), ...trainingSettings(options) };
      const result = await face.follow(
        train(data, { ...settings, recipe, out, resume, replace: force }),
        options,
      );
      if (options.json === true) face.json(result);
      else face.print(...trainedText(result));
    }),
  );
}
