import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { relative } from "node:path";
import { quoteWord } from "../base/quote-word.ts";
import type { Fold } from "../data/folds.ts";
import type { Pair } from "../evaluate/pairs.ts";
import type { LabelSource } from "../data/manifest.ts";
import { packageVersion } from "../files/package-version.ts";
import { settingWords } from "../recipes/setting-table.ts";
import type { RunDataset, RunImage, RunRecipe, RunRecord } from "../runs/run-record.ts";
import { recipesFor } from "./defaults.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Plan } from "./plan.ts";
import type { DataOptions } from "./read-data.ts";
import type { RunFolder } from "../runs/run-folder.ts";
import type { Study } from "./study.ts";

/** What was asked of a run, defaults filled in. */
export interface RunSettings {
  readonly data: string;
  readonly seed: number;
  readonly folds: number;
  readonly plans: readonly Plan[];
  /** The engine's version. */
  readonly engine: string;
  readonly out: string;
  readonly options: CompareOptions;
}

/** What came out of a run. */
export interface RunOutcome {
  readonly study: Study;
  readonly folds: readonly Fold[];
  readonly recipes: readonly RunRecipe[];
  readonly winner: { readonly name: string } | null;
  readonly verdict: string;
  readonly pairs: readonly Pair[];
  readonly leak: RunRecord["leak"];
  readonly lockedTest: RunRecord["lockedTest"];
  readonly labelCurve: RunRecord["labelCurve"];
}

/** `run.json` of a finished run. */
export function describeRun(folder: RunFolder, outcome: RunOutcome, settings: RunSettings): RunRecord {
  const { recipes, pairs, leak = null, lockedTest = null, labelCurve = null, winner, verdict } = outcome;
  return {
    format: 1,
    id: folder.id,
    status: "complete",
    startedAt: folder.startedAt,
    finishedAt: new Date().toISOString(),
    dataset: describeDataset(settings.data, outcome.study),
    seed: settings.seed,
    folds: settings.folds,
    images: describeImages(outcome),
    recipes,
    pairs,
    leak,
    lockedTest,
    labelCurve,
    winner: winner?.name ?? null,
    verdict,
    command: repeatCommand(settings, outcome.study.manifest.ledger),
    versions: { rootstock: packageVersion, node: process.versions.node, engine: settings.engine },
    machine: describeMachine(),
    model: winner === null ? null : "model",
  };
}

function describeDataset(path: string, { manifest, digest, labels, training, holdout }: Study): RunDataset {
  const countOf = (rows: Int32Array, label: number): number =>
    rows.filter((row) => labels[row] === label).length;
  return {
    path,
    images: manifest.rows.length,
    classes: manifest.classes,
    skipped: manifest.skipped,
    ignored: manifest.ignored,
    warnings: manifest.warnings,
    digest,
    ...(manifest.ledger === undefined ? {} : { ledger: manifest.ledger }),
    counts: manifest.classes.map((_, k) => ({
      training: countOf(training, k),
      holdout: countOf(holdout, k),
    })),
  };
}

function describeMachine(): RunRecord["machine"] {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
  };
}

function describeImages({ study, folds }: RunOutcome): RunImage[] {
  const foldOf = new Map(folds.flatMap(({ test }, fold) => Array.from(test, (row) => [row, fold] as const)));
  return study.manifest.rows.map(({ path, split, group }, row) => ({
    path,
    label: study.labels[row]!,
    fold: foldOf.get(row) ?? -1,
    split: split ?? null,
    group: group ?? null,
  }));
}

/** The command line that gives the same numbers again, every choice that matters spelt out. */
function repeatCommand({ data, seed, folds, options }: RunSettings, ledger: LabelSource | undefined): string {
  const recipes = options.recipes ?? recipesFor(options.backbones);
  const place = ledger === undefined ? data : relative(process.cwd(), ledger.path);
  const words = ["rootstock", "compare", place, "--recipes", recipes.join(",")];
  for (const backbone of options.backbones ?? []) words.push("--backbone", backbone);
  if (options.layer !== undefined) words.push("--layer", options.layer);
  if (options.pooling !== undefined) words.push("--pool", options.pooling);
  words.push(
    ...(ledger === undefined ? dataWords(options) : ["--labels", ledger.version]),
    ...(options.lockTest === undefined ? [] : ["--lock-test", String(options.lockTest)]),
    ...settingWords(options),
    "--folds",
    String(folds),
    ...(options.repeats === undefined ? [] : ["--repeats", String(options.repeats)]),
    "--seed",
    String(seed),
  );
  return words.map(quoteWord).join(" ");
}

function dataWords({ splitFolders, unlabelled }: DataOptions): string[] {
  const splits = splitFolders === undefined ? [] : ["--split-folders", splitFolders ? "yes" : "no"];
  const names = unlabelled?.length === 0 ? ["none"] : (unlabelled ?? []);
  return [...splits, ...names.flatMap((name) => ["--unlabelled", name])];
}
