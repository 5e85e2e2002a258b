import { Command } from "commander";
import { errorCodes } from "../../base/errors.ts";
import { type PredictionLine, predict, predictionJson } from "../../workflow/predict.ts";
import { type CommonOptions, type Face, errorLines } from "../face.ts";
import { action, addEngineOptions, properShare } from "../options.ts";
import { readPathList } from "../read-path-list.ts";

interface Options extends CommonOptions {
  readonly threads?: number;
  readonly out?: string;
  readonly prior?: string;
  readonly unknown?: boolean;
  readonly unknownKeep?: number;
}

/** Of twenty photos of the classes one may be called unknown. */
const usualKeep = 0.95;

/** `rootstock predict <model> <paths...>`: a line per image as soon as it is known. */
export function predictCommand(face: Face): Command {
  return addEngineOptions(new Command("predict"))
    .summary("name the class of photos with a model folder")
    .argument("<model>", "model folder")
    .argument(
      "<paths...>",
      "image files, folders of them, quoted patterns ('photos/**/*.jpg'); -: a list of paths on stdin",
    )
    .option(
      "--out <file>",
      "a table to write in place of lines, in the form that its name ends in: .parquet, .csv or .jsonl",
    )
    .option(
      "--prior <mix>",
      "correct probabilities for the mix of classes that the photos come in: a=0.2,b=0.8, or estimated from the photos",
    )
    .option("--unknown", "answer unknown where a photo seems to be of none of the classes")
    .option(
      "--unknown-keep <share>",
      "of photos of the classes themselves at least this share keeps its answer; it says --unknown too",
      properShare,
    )
    .action(
      action(face, async (model: string, paths: string[], options: Options) => {
        const listed = await readPathList(paths, process.stdin);
        const { threads, out, prior } = options;
        const unknownKeep = options.unknownKeep ?? (options.unknown === true ? usualKeep : undefined);
        const run = predict(model, listed, { threads, out, prior, unknownKeep, signal: face.readerSignal });
        const { failed, images } = await face.follow(run, options, (told) => {
          if (out === undefined) tell(face, told, options);
        });
        if (out !== undefined) tellTable(face, { out, images, failed }, options);
        if (failed > 0) face.exitWith(errorCodes.E_IMAGE);
      }),
    );
}

interface Told {
  readonly line: PredictionLine;
  readonly labels: readonly string[];
}

function tellTable(
  face: Face,
  summary: { readonly out: string; readonly images: number; readonly failed: number },
  { json = false }: Options,
): void {
  if (json) face.json(summary);
  else face.print(face.words.backbones.predictions(summary.out, summary.images, summary.failed));
}

function tell(face: Face, { line, labels }: Told, { json = false }: Options): void {
  if (json) face.data(predictionJson(line, labels));
  else if ("error" in line) face.say(...errorLines(line.error, face.words));
  else face.row(line.path, line.label, line.probability.toFixed(4));
}
