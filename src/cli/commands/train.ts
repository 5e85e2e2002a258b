import { Command } from "commander";
import { train } from "../../workflow/train.ts";
import type { Face } from "../face.ts";
import { type WorkCommandOptions, action, addWorkOptions, studyOptions } from "../options.ts";

interface Options extends WorkCommandOptions {
  readonly recipe: string;
  readonly out: string;
  readonly resume?: boolean;
}

/** `rootstock train <data> --recipe R --out model/` */
export function trainCommand(face: Face): Command {
  return addWorkOptions(new Command("train"))
    .summary("fit one recipe on all photos and write the model folder")
    .argument("<data>", "folder with one folder of photos per class, or a .csv / .jsonl list")
    .option("--recipe <name|file>", "recipe by name or .yaml file", "svm")
    .requiredOption("--out <folder>", "the model folder to write")
    .option("--resume", "continue a stopped training from its last checkpoint")
    .action(
      action(face, async (data: string, options: Options) => {
        const { recipe, out, resume } = options;
        const result = await face.follow(
          train(data, { ...studyOptions(options, face), recipe, out, resume }),
          options,
        );
        if (options.json === true) face.print(JSON.stringify(result));
        else
          face.print(
            `${result.model}: ${result.recipe}, ${result.images} images, ${result.classes.length} classes`,
          );
      }),
    );
}
