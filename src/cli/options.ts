import { type Command, InvalidArgumentError, Option } from "commander";
import { goldenKinds } from "../workflow/deliver-model.ts";
import { type Pooling, poolings } from "../workflow/plan.ts";
import type { StudyOptions } from "../workflow/study.ts";
import { languages } from "../words/language.ts";
import { type CommonOptions, type Face, tellError } from "./face.ts";

/** Options of every command that works on images with a backbone. */
export interface WorkCommandOptions extends CommonOptions {
  readonly backbone?: readonly string[];
  readonly download?: boolean;
  readonly layer?: string;
  readonly pool?: Pooling;
  readonly lockTest?: number;
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
  const described = addEngineOptions(command)
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
    .option("--seed <n>", "decides folds and every random draw", wholeNumber(0), 42);
  return addCacheOptions(described);
}

/** `--cache` and `--no-cache`. */
export function addCacheOptions(command: Command): Command {
  return command
    .option("--cache <folder>", "where features are kept; default: the user's cache folder")
    .option("--no-cache", "neither read nor keep features");
}

/** `--lock-test`: what `compare` and `train` keep out of everything but the last figure. */
export function addLockOption(command: Command): Command {
  return command.option(
    "--lock-test <share>",
    "keep this share of the photos aside as a test set, chosen by their content: it stays the same while photos are added",
    properShare,
  );
}

/** A number above 0 and below 1, as a commander parser. */
export function properShare(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new InvalidArgumentError("Expected a number above 0, below 1.");
  return value;
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

/** `--no-memory`: whether a model folder remembers what it learnt from. */
export function addMemoryOption(command: Command): Command {
  return command.option(
    "--no-memory",
    "leave the photos' features and scores out of the model folder; `update`, `inbox` and `drift` can then do less",
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

/** By a unit's first letter. */
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const timePart = /(\d+(?:\.\d+)?)\s*(hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])\s*/gi;

/** `90s`, `5m`, `1h`, `1h30m` in seconds, as a commander parser. */
export function duration(text: string): number {
  const parts = [...text.trim().matchAll(timePart)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit![0]!.toLowerCase()]!,
    0,
  );
  if (parts.map(([part]) => part).join("") !== text.trim() || !(seconds > 0))
    throw new InvalidArgumentError("Expected a time with its unit: 90s, 5m, 1h or 1h30m.");
  return seconds;
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

/** A repeatable option, as a commander parser. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** The command line's words as the workflow's options. */
export function studyOptions(options: WorkCommandOptions, face: Face): StudyOptions {
  const { backbone, download, layer, pool, lockTest, seed, threads, cache } = options;
  return {
    backbones: backbone,
    download,
    layer,
    pooling: pool,
    lockTest,
    seed,
    threads,
    cache: cache === false ? null : cache,
    signal: face.signal,
  };
}
