import { Command } from "commander";
import type { CardAnswers } from "../../workflow/add-backbone.ts";
import { namesImagenet } from "../../workflow/add-backbone.ts";
import { formatCount, formatList, formatPercent, formatQuantity } from "../../base/format-number.ts";
import { quoteWord } from "../../base/quote-word.ts";
import { type AddedBackbone, addBackbone } from "../../workflow/add-backbone.ts";
import type { Trial } from "../../workflow/try-backbone.ts";
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
        else face.print(...describe(added, file));
      }),
    );
}

function describe(added: AddedBackbone, file: string): string[] {
  const { cardPath, card, untrainable, trial } = added;
  const { width, height } = card.preprocessing;
  const { name, shape } = card.layers.find((layer) => layer.name === card.defaultLayer)!;
  const groups = new Set(card.layers.map(({ group }) => group)).size;
  return [
    `card      ${cardPath}`,
    `input     ${width} x ${height}`,
    `layer     ${name} [${shape.join(", ")}], ${formatQuantity(trial.dimensions, "feature")}; ${formatQuantity(card.layers.length, "layer")} to choose from`,
    `training  ${untrainable === null ? `${formatQuantity(card.parameters, "parameter")} in ${formatQuantity(groups, "group")}` : `not possible: ${untrainable}`}`,
    `tried on  ${triedOn(trial)}`,
    ...trial.skipped.map(({ path, code }) => `skipped   ${path} [${code}]`),
    `output    ${outputOf(added)}`,
    `next      rootstock compare photos --backbone ${quoteWord(file)}`,
  ];
}

function triedOn({ photos, drawn, leastDifference, silent }: Trial): string {
  const what = formatList([
    ...(photos > 0 ? [formatQuantity(photos, "photo")] : []),
    ...(drawn > 0 ? [formatQuantity(drawn, "drawn picture")] : []),
  ]);
  const quiet = silent === 0 ? "" : `; ${formatPercent(silent)} of the features are 0 for all of them`;
  return `${what}: every feature is finite; the two most alike differ by ${formatPercent(leastDifference)} of their length${quiet}`;
}

/** A file does not say what its outputs mean, so nobody can tell here whether its best guess is right. */
function outputOf({ card, trial: { output } }: AddedBackbone): string {
  if (output === null) return "no vector at the end: a feature extractor";
  const { values, confidence } = output;
  if (!namesImagenet(card)) return `${formatCount(values)} numbers; the file does not say what they are`;
  return (
    `${formatCount(values)} numbers, as networks have that name ImageNet's classes. The names are not in the file, so ` +
    `whether its first guess is right cannot be said here; it gives it ${formatPercent(confidence)} on average`
  );
}
