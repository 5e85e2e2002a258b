import { Command } from "commander";
import { RootstockError } from "../../base/errors.ts";
import { type CompareResult, compare } from "../../workflow/compare.ts";
import { type CompareShardOptions, type Shard, compareShard } from "../../workflow/compare-shard.ts";
import { comparisonTable } from "../comparison-table.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { GoldenKind } from "../../workflow/deliver-model.ts";
import { notAlone } from "../../workflow/time-limit.ts";
import type { Face } from "../face.ts";
import {
  type WorkCommandOptions,
  action,
  addGoldenOption,
  addLockOption,
  addMemoryOption,
  addWorkOptions,
  commaList,
  duration,
  studyOptions,
  wholeNumber,
} from "../options.ts";
import { type QueueOptions, addQueueOption, queueAddress } from "../queue-options.ts";
import { addTrainingOptions, settingsOf } from "../training-options.ts";

interface Options extends WorkCommandOptions, DataCommandOptions, QueueOptions {
  readonly recipes?: readonly string[];
  readonly folds: number;
  readonly repeats?: number;
  readonly out: string;
  readonly golden: GoldenKind;
  /** Seconds. */
  readonly time?: number;
  readonly memory: boolean;
  readonly shardIndex?: number;
  readonly shardCount?: number;
  readonly shardWait: number;
}

/** Every recipe failed: there is a report, and no model. */
const exitFailed = 1;

/** `rootstock compare <data>`: the main job. */
export function compareCommand(face: Face): Command {
  const command = addDataOptions(addWorkOptions(new Command("compare")))
    .summary("try the recipes side by side on your photos and keep the best model")
    .description(
      "Cross-validates every recipe on the same folds of the same photos, says which is best and by how much,\n" +
        "and writes runs/<id>/ with report.html, run.json and model/ (the winner, fitted on all training photos).\nPhotos without labels elsewhere, named with --unlabelled FOLDER, add self-training and propagation.",
    )
    .argument("<data>", dataArgument)
    .option(
      "--recipes <a,b>",
      "recipes by name, .yaml file or classifier module (.js, .ts); default: the ones for the backbones",
      commaList,
    )
    .option("--folds <n>", "parts of the cross-validation", wholeNumber(2, 100), 5)
    .option(
      "--repeats <n>",
      "rounds of the cross-validation, each on folds dealt anew: more of them tell smaller differences apart; default: the recipe's, or 1",
      wholeNumber(1, 100),
    )
    .option("--out <folder>", "where run folders are written", "runs")
    .option(
      "--time <5m>",
      "what the whole run may take (90s, 5m, 1h): recipes that will not fit are left out, never the cheapest",
      duration,
    );
  return addTrainingOptions(
    addLockOption(addMemoryOption(addGoldenOption(addMachineOptions(command)))),
  ).action(
    action(face, async (data: string, options: Options) => {
      const { recipes, folds, repeats, out, golden, memory } = options;
      const settings = {
        ...studyOptions(options, face),
        ...settingsOf({ ...options }),
        ...dataOptions(options),
      };
      const { lang } = face.words;
      const asked = { ...settings, recipes, folds, repeats, out, golden, memory, lang };
      const shard = shardOf(options);
      if (shard !== null) return await doShard(data, { ...asked, shard }, { face, options });
      const queue = queueAddress(options, process.env);
      const result = await face.follow(
        compare(data, { ...asked, queue, timeSeconds: options.time }),
        options,
      );
      if (options.json === true) face.json(result);
      showResult(result, { face, options });
    }),
  );
}

/** What lets several machines work on one comparison. */
function addMachineOptions(command: Command): Command {
  return addQueueOption(command)
    .option(
      "--shard-index <n>",
      "do this share of the work, from 0; all shares meet in --out and --cache, on a disk that they share",
      wholeNumber(0),
    )
    .option("--shard-count <n>", "shares in all", wholeNumber(1))
    .option(
      "--shard-wait <seconds>",
      "so long without features from the other shares, theirs are computed here",
      wholeNumber(0),
      60,
    );
}

/** Null where the whole is asked for. */
function shardOf({ shardIndex, shardCount, queue, time }: Options): Shard | null {
  if (shardIndex === undefined && shardCount === undefined) return null;
  if (shardIndex === undefined || shardCount === undefined)
    throw new RootstockError("E_OPTION", "shard: expected --shard-index and --shard-count, got one of them.");
  if (queue !== undefined)
    throw new RootstockError("E_OPTION", "compare: expected --queue or --shard-index, got both.", {
      hint: "With a queue, workers share the work by themselves.",
    });
  if (time !== undefined) throw notAlone("a share of it");
  return { index: shardIndex, count: shardCount };
}

interface Place {
  readonly face: Face;
  readonly options: Options;
}

async function doShard(
  data: string,
  asked: Omit<CompareShardOptions, "patienceSeconds">,
  { face, options }: Place,
): Promise<void> {
  const run = compareShard(data, { ...asked, patienceSeconds: options.shardWait });
  const result = await face.follow(run, options);
  if (options.json === true) face.json(result);
  if (result.comparison !== null) showResult(result.comparison, { face, options });
  else if (options.json !== true)
    face.print(face.words.results.shardDone({ ...result.shard, ...result }), result.runDirectory);
}

function showResult(result: CompareResult, { face, options }: Place): void {
  if (options.json !== true) face.print(...comparisonTable(result, face));
  if (result.winner === null) face.exitWith(exitFailed);
}
