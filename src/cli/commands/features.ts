import { Command } from "commander";
import { features } from "../../workflow/features.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { Face } from "../face.ts";
import { type WorkCommandOptions, action, addWorkOptions, studyOptions } from "../options.ts";

interface Options extends WorkCommandOptions, DataCommandOptions {
  readonly out: string;
}

/** `rootstock features <data> --out f.safetensors|f.parquet|f.csv|f.jsonl` */
export function featuresCommand(face: Face): Command {
  return addDataOptions(addWorkOptions(new Command("features")))
    .summary("write the features of a data set to one file")
    .argument("<data>", dataArgument)
    .requiredOption(
      "--out <file>",
      "the file to write, in the form that its name ends in: .safetensors, .parquet, .csv or .jsonl",
    )
    .action(
      action(face, async (data: string, options: Options) => {
        const { backbones: words } = face.words;
        const run = features(data, {
          ...studyOptions(options, face),
          ...dataOptions(options),
          out: options.out,
        });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else
          face.print(
            words.features(result.out, result.images, result.dimensions) +
              words.from(result.backbone, result.layer, result.pooling),
          );
      }),
    );
}
