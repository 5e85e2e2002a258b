import { Command } from "commander";
import { errorCodes } from "../../base/errors.ts";
import { type PredictionLine, predict, predictionJson } from "../../workflow/predict.ts";
import { createProgress } from "../progress.ts";
import { type CommonOptions, type Face, formatError } from "../face.ts";
import { action, addEngineOptions } from "../options.ts";
import { readPathList } from "../read-path-list.ts";

interface Options extends CommonOptions {
  readonly threads?: number;
}

/** `rootstock predict <model> <paths...>`: a line per image as soon as it is known. */
export function predictCommand(face: Face): Command {
  return addEngineOptions(new Command("predict"))
    .summary("name the class of photos with a model folder")
    .argument("<model>", "model folder")
    .argument(
      "<paths...>",
      "image files, folders of them, quoted patterns ('photos/**/*.jpg'); -: a list of paths on stdin",
    )
    .action(
      action(face, async (model: string, paths: string[], options: Options) => {
        const listed = await readPathList(paths, process.stdin);
        const run = predict(model, listed, { threads: options.threads, signal: face.readerSignal });
        const progress = createProgress(face.messages, { isQuiet: options.quiet ?? false });
        for await (const event of run) {
          if (event.type === "prediction") tell(face, event, options);
          else progress.report(event);
        }
        progress.end();
        const { failed } = await run.result;
        if (failed > 0) face.exitWith(errorCodes.E_IMAGE);
      }),
    );
}

interface Told {
  readonly line: PredictionLine;
  readonly labels: readonly string[];
}

function tell(face: Face, { line, labels }: Told, { json = false }: Options): void {
  if (json) face.print(predictionJson(line, labels));
  else if ("error" in line) face.say(formatError(line.error));
  else face.print(`${line.path}\t${line.label}\t${line.probability.toFixed(4)}`);
}
