import { Command } from "commander";
import { features } from "../../workflow/features.ts";
import type { Face } from "../face.ts";
import { type WorkCommandOptions, action, addWorkOptions, studyOptions } from "../options.ts";

interface Options extends WorkCommandOptions {
  readonly out: string;
}

/** `rootstock features <data> --out f.safetensors` */
export function featuresCommand(face: Face): Command {
  return addWorkOptions(new Command("features"))
    .summary("write the features of a data set to one .safetensors file")
    .argument("<data>", "folder with one folder of photos per class, or a .csv / .jsonl list")
    .requiredOption("--out <file>", "the .safetensors file to write")
    .action(
      action(face, async (data: string, options: Options) => {
        const run = features(data, { ...studyOptions(options, face), out: options.out });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else
          face.print(
            `${result.out}: ${result.images} x ${result.dimensions} (${result.backbone}, ${result.layer}, ${result.pooling})`,
          );
      }),
    );
}
