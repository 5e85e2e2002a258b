import { Command, Option } from "commander";
import { quoteWord } from "../../base/quote-word.ts";
import { type PretrainOptions, pretrain, pretrainedArchitectures } from "../../workflow/pretrain.ts";
import { dataArgument, yesOrNo } from "../data-options.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addEngineOptions, collect, wholeNumber } from "../options.ts";
import { pretrainedText } from "../pretrained-text.ts";
import { numberBetween, share } from "../training-options.ts";

interface Options
  extends CommonOptions, Omit<PretrainOptions, "batchSize" | "cache" | "signal" | "command" | "report"> {
  readonly batch?: number;
  /** A folder; false for none; absent where nothing was said. */
  readonly cache?: string | false;
}

/** `rootstock pretrain <data> --arch alexnet-mini --out nets/` */
export function pretrainCommand(face: Face): Command {
  return addPhotoOptions(addTrainingOptions(addEngineOptions(new Command("pretrain"))))
    .summary("train a backbone of your own from random weights on a large labelled set")
    .description(
      "Trains a network from random weights, with a teacher where one is named, and writes it as a backbone:\n" +
        "<file>.onnx with its card, the head it was trained with, and a picture of its first filters.\n" +
        "The same command goes on after a stop, and ends with the same weights as if there had been none.",
    )
    .argument("<data>", dataArgument)
    .action(
      action(face, async (data: string, options: Options) => {
        const { cache, batch: batchSize, json, ...rest } = options;
        const run = pretrain(data, {
          ...rest,
          batchSize,
          cache: cache === false ? null : cache,
          command: commandTyped(),
          signal: face.signal,
        });
        const result = await face.follow(run, options);
        if (json === true) face.json(result);
        else face.print(...pretrainedText(result, { words: face.words, width: face.width }));
      }),
    );
}

/** How the network is trained. */
function addTrainingOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--arch <name>", "the network").choices(pretrainedArchitectures).default("alexnet-mini"),
    )
    .option("--width <number>", "factor on its number of channels", numberBetween({ above: 0, most: 4 }), 1)
    .requiredOption("--out <file.onnx|folder>", "the backbone to write")
    .option("--epochs <n>", "passes over the photos", wholeNumber(1, 10_000), 30)
    .option("--size <pixels>", "width and height of the photos it is trained on", wholeNumber(32, 512), 64)
    .option("--no-grow", "photos of that size from the beginning; default: from 5/8 of it to all")
    .option("--batch <n>", "photos a step; default: 128", wholeNumber(2, 4096))
    .option(
      "--rate <number>",
      "highest learning rate; default: 0.12 for a batch of 128, in proportion for others",
      numberBetween({ above: 0, most: 10 }),
    )
    .option("--weight-decay <number>", "of weights; default: 0.0005", share)
    .option("--label-smoothing <share>", "default: 0.1, with a teacher 0", share)
    .option("--mixup <number>", "alpha by which pairs of photos are mixed; 0: they are not", share, 0)
    .option("--teacher <name|file>", "a backbone whose features and answers are taught as well")
    .option("--download", "pull the teacher where it is not on this machine yet")
    .option("--seed <n>", "decides weights, order and every random draw", wholeNumber(0), 42)
    .option("--restart", "begin anew, and write over what is there");
}

/** On which photos, and what the card says. */
function addPhotoOptions(command: Command): Command {
  return command
    .option(
      "--unlabelled <folder>",
      "photos that only the teacher speaks of, whatever their folders are called; repeatable",
      collect,
    )
    .option("--validation <data>", "labelled photos that measure it; default: the data's own, or 1 in 20")
    .option(
      "--split-folders <yes|no>",
      "whether folders called train, val, test and the like are splits or classes; default: what they hold decides",
      yesOrNo,
    )
    .option("--input <pixels>", "width and height on the card; default: twice --size", wholeNumber(32, 512))
    .option("--licence <text>", "of the weights, for the card; default: not stated")
    .option("--cache <folder>", "where decoded photos and the teacher's features are kept")
    .option("--no-cache", "keep them beside --out, until the training is done");
}

/** As a person would type it again. */
function commandTyped(): string {
  return ["rootstock", ...process.argv.slice(2).map(quoteWord)].join(" ");
}
