import { Command } from "commander";
import { mergeModels } from "../../workflow/merge-models.ts";
import type { CommonOptions, Face } from "../face.ts";
import { mergedText } from "../merged-text.ts";
import { action, addEngineOptions } from "../options.ts";

interface Options extends CommonOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly threads?: number;
}

/** `rootstock merge <first> <second> --out <folder>` */
export function mergeCommand(face: Face): Command {
  return addEngineOptions(new Command("merge"))
    .summary("make one model of two that were trained on the same network, without their photos")
    .description(
      "The merged model knows the classes of both and is what their recipe makes of both collections; a photo that both\n" +
        "have counts once. No photo leaves the machine that it is on: the two model folders are enough.",
    )
    .argument("<first>", "model folder")
    .argument("<second>", "model folder")
    .requiredOption("--out <folder>", "the model folder to write")
    .option("--replace, --force", "write over another model that lies at --out")
    .action(
      action(face, async (first: string, second: string, options: Options) => {
        const { out, force, threads } = options;
        const run = mergeModels(first, second, { out, replace: force, threads, signal: face.signal });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else face.print(...mergedText(result, face.words));
      }),
    );
}
