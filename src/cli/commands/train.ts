import { Command } from "commander";
import { train } from "../../workflow/train.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { GoldenKind } from "../../workflow/deliver-model.ts";
import type { Face } from "../face.ts";
import {
  type WorkCommandOptions,
  action,
  addGoldenOption,
  addLockOption,
  addMemoryOption,
  addWorkOptions,
  studyOptions,
} from "../options.ts";
import { addTrainingOptions, settingsOf } from "../training-options.ts";
import { trainedText } from "../trained-text.ts";

interface Options extends WorkCommandOptions, DataCommandOptions {
  readonly recipe: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly golden: GoldenKind;
  readonly memory: boolean;
}

/** `rootstock train <data> --recipe R --out model/` */
export function trainCommand(face: Face): Command {
  const command = addDataOptions(addWorkOptions(new Command("train")))
    .summary("fit one recipe on all photos and write the model folder")
    .argument("<data>", dataArgument)
    .option("--recipe <name|file>", "recipe by name, .yaml file or classifier module (.js, .ts)", "svm")
    .requiredOption("--out <folder>", "the model folder to write")
    .option(
      "--replace, --force",
      "write in the place of another model; one of the same command is made again",
    )
    .option("--resume", "continue a stopped training from its last checkpoint");
  return addTrainingOptions(addLockOption(addMemoryOption(addGoldenOption(command)))).action(
    action(face, async (data: string, options: Options) => {
      const { recipe, out, resume, force, golden, memory } = options;
      const settings = {
        ...studyOptions(options, face),
        ...settingsOf({ ...options }),
        ...dataOptions(options),
      };
      const run = train(data, { ...settings, recipe, out, resume, replace: force, golden, memory });
      const result = await face.follow(run, options);
      if (options.json === true) face.json(result);
      else face.print(...trainedText(result, face.words));
    }),
  );
}
