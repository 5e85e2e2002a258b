import { type Command, InvalidArgumentError, Option } from "commander";
import { goldenKinds } from "../bundle/bundle-record.ts";
import { type Pooling, poolings } from "../features/feature-model.ts";
import type { TrainingSettings } from "../recipes/training-settings.ts";
import type { StudyOptions } from "../workflow/study.ts";
import { languages } from "../words/language.ts";
import { type CommonOptions, type Face, tellError } from "./face.ts";

/** Options of every command that works on images with a backbone. */
export interface WorkCommandOptions extends CommonOptions {
  readonly backbone?: readonly string[];
  readonly download?: boolean;
  readonly layer?: string;
  readonly pool?: Pooling;
  readonly seed: number;
  readonly threads?: number;
  /** A folder; false for none; absent where nothing was said. */
  readonly cache?: string | false;
}

/** `--json`, `--quiet` and `--lang`. */
export function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object on stdout (predict: one a line) and nothing else there")
    .option("--quiet", "no progress, only errors and the result")
    .addOption(langOption());
}

/** The language of messages; JSON is the same in all. */
export function langOption(): Option {
  const text = "language of messages; default: the one of the environment (LC_ALL, LC_MESSAGES, LANG), or en";
  return new Option("--lang <code>", text).choices(languages);
}

/** What `compare`, `train` and `features` share. */
export function addWorkOptions(command: Command): Command {
  return addEngineOptions(command)
    .option(
      "--backbone <name|file>",
      "backbone by name or file (.onnx, .pth, .safetensors), repeatable; [role=] in front names it",
      collect,
    )
    .option("--download", "pull the backbones that are named and not on this machine yet")
    .option("--layer <name>", "where features are taken; default: the end of the convolutional trunk")
    .addOption(
      new Option("--pool <kind>", "how a feature map becomes a vector; default: the recipe's").choices(
        poolings,
      ),
    )
    .option("--seed <n>", "decides folds and every random draw", wholeNumber(0), 42)
    .option("--cache <folder>", "where features are kept; default: the user's cache folder")
    .option("--no-cache", "neither read nor keep features");
}

/** Options of the commands that may train a network. */
export interface TrainingCommandOptions {
  readonly head?: readonly number[];
  readonly freezeTo?: string;
  readonly epochs?: number;
  readonly patience?: number | "none";
  readonly batch?: number;
  readonly rate?: number | "auto";
  readonly dropout?: number;
  readonly size?: number | "own";
  readonly refit?: boolean;
}

/** What stands above the values of `fine-tune` and `scratch` recipes. */
export function addTrainingOptions(command: Command): Command {
  return command
    .optionsGroup(
      "Options for recipes that train a network (fine-tune, scratch), above what the recipe says:",
    )
    .option("--head <sizes>", "new fully connected layers: 512, or 4096,4096; none: a linear head", headSizes)
    .option("--freeze-to <group>", "last parameter group kept as it is; none, or all (fine-tune alone)")
    .option("--epochs <n>", "the most passes over the photos", wholeNumber(1, 10_000))
    .option(
      "--patience <n>",
      "epochs without a better validation before it stops; none",
      orWord("none", wholeNumber(1)),
    )
    .option("--batch <n>", "photos a step", wholeNumber(1, 4096))
    .option("--rate <number>", "highest learning rate; auto: found by a range test", orWord("auto", positive))
    .option("--dropout <share>", "share of inputs dropped before each layer of the head", share)
    .option(
      "--size <pixels>",
      "width and height of the photos; own: the backbone's (scratch alone)",
      orWord("own", wholeNumber(32, 1024)),
    )
    .option("--refit", "train once more at the end, on all of the photos (fine-tune does, scratch does not)")
    .option("--no-refit", "do not: half the time, a seventh of the photos only validate");
}

/** The command line's words as the workflow's settings. */
export function trainingSettings(options: TrainingCommandOptions): TrainingSettings {
  const { batch, head, freezeTo, epochs, patience, rate, dropout, size, refit } = options;
  return {
    head,
    freezeTo,
    epochs,
    dropout,
    refit,
    batchSize: batch,
    patience: patience === "none" ? null : patience,
    rate: rate === "auto" ? null : rate,
    size: size === "own" ? null : size,
  };
}

/** `--golden`: what a model folder proves itself with. */
export function addGoldenOption(command: Command): Command {
  return command.addOption(
    new Option(
      "--golden <kind>",
      "pictures in the model folder that `verify` proves it with: drawn ones, training photos (reduced), or none",
    )
      .choices(goldenKinds)
      .default("synthetic"),
  );
}

/** `--threads` and the common ones: everything that only runs a model. */
export function addEngineOptions(command: Command): Command {
  return addCommonOptions(command).option(
    "--threads <n>",
    "processor threads; default: all cores",
    wholeNumber(1, 1024),
  );
}

/** A whole number of at least `low`, as a commander parser. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`Expected a whole number of at least ${low}.`);
    return value;
  };
}

/** `512`, `4096,4096` or `none`. */
function headSizes(text: string): number[] {
  return text === "none" ? [] : text.split(",").map(wholeNumber(1, 65_536));
}

/** The word as it is, anything else as `parse` has it. Not null for the word: commander takes null for a missing value. */
function orWord<Word extends string>(
  word: Word,
  parse: (text: string) => number,
): (text: string) => number | Word {
  return (text) => (text === word ? word : parse(text));
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 10))
    throw new InvalidArgumentError("Expected a number above 0, at most 10.");
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("Expected a number from 0, below 1.");
  return value;
}

/** `a,b` or repeated. */
export function commaList(text: string, previous: readonly string[] = []): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === ""))
    throw new InvalidArgumentError("Expected names with commas between.");
  return [...previous, ...names];
}

/** Wraps a command's action: what it throws is told in the house's form. */
export function action<A extends unknown[]>(
  face: Face,
  work: (...args: A) => Promise<void>,
): (...args: [...A, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    try {
      await work(...(args.slice(0, -1) as A));
    } catch (error) {
      tellError(face, error, command.opts<CommonOptions>());
    }
  };
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** The command line's words as the workflow's options. */
export function studyOptions(options: WorkCommandOptions, face: Face): StudyOptions {
  const { backbone, download, layer, pool, seed, threads, cache } = options;
  return {
    backbones: backbone,
    download,
    layer,
    pooling: pool,
    seed,
    threads,
    cache: cache === false ? null : cache,
    signal: face.signal,
  };
}
