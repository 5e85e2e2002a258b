import { Command } from "commander";
import type { CardAnswers } from "../../workflow/backbones/add-backbone.ts";
import { namesImagenet } from "../../workflow/backbones/add-backbone.ts";
import { quoteWord } from "../../base/quote-word.ts";
import { type AddedBackbone, addBackbone } from "../../workflow/backbones/add-backbone.ts";
import type { Words } from "../../words/en/en.ts";
import { padText, textWidth } from "../../base/text-width.ts";
import { openAsker } from "../ask.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addEngineOptions } from "../options.ts";

interface Options extends CommonOptions, CardAnswers {
  readonly photos?: string;
  readonly force?: boolean;
  readonly threads?: number;
}

/** `rootstock backbones add <file>` */
export function backbonesAddCommand(face: Face): Command {
  return addEngineOptions(new Command("add"))
    .summary(
      "write the card of a network's file: reads the graph, asks for the rest, tries it on a few pictures",
    )
    .description(
      "Writes <file>.card.yaml beside the file. On a terminal it asks for what the flags leave open;\n" +
        "elsewhere --source, --licence and --pixels must be given (and --size, where the file leaves it free).\n" +
        "Weights of a known architecture bring pixels and size with them.",
    )
    .argument(
      "<file>",
      "ONNX with one input of pictures, float32 [N, 3, height, width]; or .pth, .safetensors of a known architecture",
    )
    .option("--name <name>", "in tables and reports; default: the file's")
    .option("--source <text>", "where the weights come from")
    .option("--licence <text>", "licence of the weights, like Apache-2.0")
    .option("--paper <text>", "paper to cite")
    .option("--pixels <how>", 'imagenet, inception, unit, raw, caffe, or "SCALE MEAN STD [bgr]"')
    .option("--size <px>", "input size, 224 or 320x240; default: the graph's")
    .option(
      "--resize <px>",
      "short side before the centre is cropped; or exact, or none; default: 256 for 224",
    )
    .option("--interpolation <kind>", "bilinear or bicubic; default: bilinear")
    .option("--layer <name>", "default layer; default: the end of the convolutional trunk")
    .option("--photos <folder>", "photos to try the card on; default: three drawn pictures")
    .option("--force", "replace a card that is there")
    .action(
      action(face, async (file: string, options: Options) => {
        const { json, quiet, photos, force, threads, ...answers } = options;
        using asker = openAsker(face.signal);
        const work = { answers, ask: asker?.ask, photos, force, threads, signal: face.signal };
        const added = await face.follow(addBackbone(file, work), { quiet: quiet ?? false });
        if (json === true) face.json(added);
        else face.print(...describe(added, file, face.words));
      }),
    );
}

function describe(
  { cardPath, card, untrainable, trial }: AddedBackbone,
  file: string,
  words: Words,
): string[] {
  const { labels, ...said } = words.backbones.added;
  const width = Math.max(...Object.values(labels).map(textWidth)) + 2;
  const line = (name: keyof typeof labels, value: string): string => padText(labels[name], width) + value;
  const { preprocessing, layers, parameters } = card;
  const { name, shape } = layers.find((layer) => layer.name === card.defaultLayer)!;
  const groups = new Set(layers.map(({ group }) => group)).size;
  const { photos, drawn, leastDifference: difference, silent, dimensions } = trial;
  return [
    line("card", cardPath),
    line("input", `${preprocessing.width} x ${preprocessing.height}`),
    line("layer", said.layer(`${name} [${shape.join(", ")}]`, dimensions, layers.length)),
    line(
      "training",
      untrainable === null ? said.parameters(parameters, groups) : said.untrainable(untrainable),
    ),
    line("tried", said.tried({ photos, drawn, difference, silent })),
    ...trial.skipped.map(({ path, code }) => line("skipped", `${path} [${code}]`)),
    line("output", outputOf({ card, trial }, words)),
    line("next", `rootstock compare photos --backbone ${quoteWord(file)}`),
  ];
}

/** A file does not say what its outputs mean, so nobody can tell here whether its best guess is right. */
function outputOf({ card, trial: { output } }: Pick<AddedBackbone, "card" | "trial">, words: Words): string {
  const { noVector, unknownVector, imagenetVector } = words.backbones.added;
  if (output === null) return noVector;
  const { values, confidence } = output;
  return namesImagenet(card) ? imagenetVector(values, confidence) : unknownVector(values);
}
