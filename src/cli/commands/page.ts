import { Command } from "commander";
import { formatBytes } from "../../base/format-number.ts";
import { page } from "../../workflow/page.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";

interface Options extends CommonOptions {
  readonly out: string;
  readonly title?: string;
}

/** `rootstock page <model> --out folder` */
export function pageCommand(face: Face): Command {
  return addCommonOptions(new Command("page"))
    .summary("write a web page that names pictures with a model, in the visitor's browser")
    .description(
      "Writes one folder for any static host: drop, paste or camera, bars of probability, English and Chinese.\n" +
        "The model runs in the browser (onnxruntime-web); once the page is loaded nothing is sent or fetched.",
    )
    .argument("<model>", "model folder")
    .requiredOption("--out <folder>", "the folder to write")
    .option("--title <text>", "title of the page; default: the names of the classes")
    .action(
      action(face, async (model: string, options: Options) => {
        const { out, title } = options;
        const { page: words } = face.words.results;
        const result = await face.follow(page(model, { out, title }), options);
        if (options.json === true) face.print(JSON.stringify(result));
        else
          face.print(
            words.written(out, result.files, formatBytes(result.sizeBytes)),
            words.look(`npx http-server ${out}`),
          );
      }),
    );
}
