import { Command } from "commander";
import { formatShown, showBackbone, writeFilters } from "../../workflow/backbones/show-backbone.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";

interface Options extends CommonOptions {
  readonly filters?: string;
}

/** `rootstock backbones show <name|file|model folder>` */
export function backbonesShowCommand(face: Face): Command {
  return addCommonOptions(new Command("show"))
    .summary("one network in full: preprocessing, layers, licence, source; --filters draws what it looks for")
    .argument("<name|file|folder>", "a name from the list, a file of a network, or a trained model folder")
    .option("--filters <out.png>", "write its first-layer filters as an image grid in place of the card")
    .action(
      action(face, async (nameOrPath: string, { json, filters }: Options) => {
        if (filters !== undefined) {
          const drawn = await writeFilters(nameOrPath, filters);
          const layers = drawn.layers.map(({ name, dims }) => `${name} [${dims.join(", ")}]`);
          if (json === true) face.json(drawn);
          else face.print(`${drawn.out}: ${layers.join(", ")}`);
          return;
        }
        const shown = await showBackbone(nameOrPath);
        if (json === true) face.json(shown.kind === "model" ? shown.record : shown.card);
        else face.data(...(await formatShown(shown)).trimEnd().split("\n")); // YAML to copy
      }),
    );
}
