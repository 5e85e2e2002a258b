import { quoteList } from "../../base/errors.ts";
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatQuantity,
  roughSeconds,
} from "../../base/format-number.ts";
import { type ExpectedTime, shortOfTime } from "./findings.ts";

/** A stage of work: its name, which is the title of its progress, and what is said where it begins. */
export interface Work {
  readonly stage: string;
  readonly message: string;
}

const named = (stage: string, message = ""): Work => ({ stage, message });

const tasksOf = (kind: string): string => (kind === "fit" ? "fits" : "features");

/** Stages of work, each filled from its fact. */
export const works = {
  checkImages: (): Work => named("check images"),
  findPhotos: (): Work => named("look for moved photos"),
  checkAndLook: ({ backbone }: { backbone: string }): Work => named(`check images, features ${backbone}`),
  features: ({ backbone }: { backbone: string }): Work => named(`features ${backbone}`),
  pictures: (): Work => named("pictures"),
  frozenView: ({ view, views }: { view: number; views: number }): Work =>
    named(`frozen part, view ${view} of ${views}`),
  model: ({ recipe, images }: { recipe: string; images: number }): Work =>
    named("model", `fit ${recipe} on all ${images} training images`),
  tuning: ({ name }: { name: string }): Work => named(`tuning ${name}`),
  fitting: ({ name }: { name: string }): Work => named(`fitting ${name}`),
  report: (): Work => named("report", "write report.html"),
  pretrain: ({ architecture, images }: { architecture: string; images: number }): Work =>
    named(`pretrain ${architecture}`, `on ${formatQuantity(images, "image")}`),
  teacher: ({ backbone }: { backbone: string }): Work => named(`teacher ${backbone}`),
  predict: (): Work => named("predict"),
  evaluate: (): Work => named("evaluate"),
  look: (): Work => named("look at photos"),
  pull: ({ name, host }: { name: string; host: string }): Work => named(`pull ${name}`, `from ${host}`),
  ownTasks: ({ kind }: { kind: string }): Work => named(`own share of the ${tasksOf(kind)}`),
  sharedTasks: ({ kind }: { kind: string }): Work => named(`${tasksOf(kind)}, by the workers`),
  task: ({ task, run }: { task: string; run: string }): Work => named(task, `of ${run}`),
  tryCard: ({ name, photos }: { name: string; photos: string | null }): Work =>
    named(`try ${name}`, photos ?? "drawn pictures"),
};

const images = (count: number): string => formatQuantity(count, "image");

/** Notices and warnings of the work, each filled from its fact. */
export const told = {
  fewForMix: ({ images: count }: { images: number }): string =>
    `the mix of classes is estimated from ${images(count)}: with fewer than 50 it is a guess`,
  priorTaken: ({ shares }: { shares: readonly string[] }): string =>
    `probabilities are corrected for the mix ${shares.join(", ")}`,
  classesFrom: ({ folder }: { folder: string }): string =>
    `classes taken from the folder ${JSON.stringify(folder)}`,
  continuing: ({ path, finished }: { path: string; finished: readonly string[] }): string =>
    `continuing ${path} (${finished.length === 0 ? "no recipe was finished" : `finished already: ${finished.join(", ")}`})`,
  estimate: ({
    recipe,
    seconds,
    left,
    uncounted,
  }: {
    recipe: string;
    seconds: number;
    left: number;
    uncounted: readonly string[];
  }): string => {
    const without = uncounted.length === 0 ? "" : `, not counting ${uncounted.join(", ")}`;
    return `${recipe} takes about ${roughSeconds(seconds)}; all that is left, about ${roughSeconds(left)}${without}`;
  },
  leavesOutRecipe: ({ recipe, ...expected }: { recipe: string } & ExpectedTime): string =>
    `${recipe} is left out: ${shortOfTime(expected)}`,
  unlabelledPhotos: ({ count }: { count: number }): string =>
    `${formatQuantity(count, "photo")} of the ledger left out: without a label`,
  tornLedger: ({
    path,
    line,
    found,
  }: {
    path: string;
    line: number;
    found: number;
    wanted: number | null;
  }): string =>
    `${path}: the recording from line ${line} on was stopped in the middle (${formatQuantity(found, "whole line")}): ` +
    "it does not count, and the next one takes its place.",
  ledgerBeside: ({ path }: { path: string }): string =>
    `${path} is not asked: the folders say the labels (--labels latest takes them from the ledger)`,
  photosMoved: ({ count }: { count: number }): string =>
    `${formatQuantity(count, "photo")} found elsewhere than the ledger says (\`rootstock labels sync\` records where)`,
  isKept: ({ path }: { path: string }): string =>
    `${path} is kept: the same command goes on with the features and the recipes that are finished`,
  afterEpoch: ({ stage, epoch }: { stage: string; epoch: number }): string =>
    `${stage}: continuing after epoch ${epoch}`,
  afterStep: ({ stage, step, steps }: { stage: string; step: number; steps: number }): string =>
    `${stage}: continuing after step ${formatCount(step)} of ${formatCount(steps)}`,
  noCheckpoint: ({ folder }: { folder: string }): string =>
    `no checkpoint in ${folder}: the training begins anew`,
  resumable: (): string => "the last whole epoch is kept: the same command with --resume goes on from it",
  goesOn: (): string => "the state is kept: the same command goes on from it",
  keptPhotos: ({ path, bytes }: { path: string; bytes: number }): string =>
    `photos are decoded once and kept small: ${formatBytes(bytes)} in ${path}`,
  alreadyTrained: ({ path }: { path: string }): string =>
    `${path} is trained already: it is measured once more (--restart trains it anew)`,
  validatedApart: ({ count }: { count: number }): string =>
    `${images(count)} left out of the training: the validation has the same`,
  stoppedEarly: ({ recipe }: { recipe: string }): string =>
    `${recipe}: stopped early; the model has the best weights until then.`,
  leavesOut: ({ classes }: { classes: readonly string[] }): string =>
    `the model leaves out ${quoteList(classes)}: there was no photo to learn from`,
  unlearnt: ({ classes }: { classes: readonly string[] }): string =>
    `the model had no photo to learn ${quoteList(classes)} from`,
  goldenNone: (): string => "no golden images, as asked: `verify` cannot prove this model folder",
  goldenDrawnAgain: (): string =>
    "the golden pictures were training photos, none of which is here: the new version has drawn ones",
  staysRemembered: ({ classes }: { classes: readonly string[] }): string =>
    `no photo of ${quoteList(classes)} is left: what the model remembers stays (--no-keep-old drops it)`,
  untoldLabels: ({ count }: { count: number }): string =>
    `${images(count)} known to the model, which does not tell their classes: taken as they are`,
  fitsRemembered: ({ known, all }: { known: number; all: number }): string =>
    `fitted anew on ${formatCount(known)} of ${images(all)}: of the others the model remembers hash and class alone`,
  parametersOfLarger: ({ folder }: { folder: string }): string =>
    `the two were tuned differently: hyper-parameters and temperature are those of ${folder}, which has learnt from more photos`,
  sumsTooLarge: (): string =>
    "not exact: sums of so many columns or classes do not travel with a model; a recipe with fewer columns ({ pca: 512 }) has them",
  upToDate: (): string => "the model has learnt from all of this already: nothing to change",
  memoryDrawn: ({ kept, all }: { kept: number; all: number }): string =>
    `the model folder remembers ${formatCount(kept)} of ${images(all)}, drawn class by class; the others by hash and class alone`,
  unproven: (): string =>
    "no golden image: the model tells no picture's first class from its second by more than computers differ; " +
    "`verify` cannot prove this model folder.",
  recipeFailed: ({ recipe, message }: { recipe: string; code: string; message: string }): string =>
    `${recipe}: ${message}`,
  trainingUnknown: (): string =>
    "the model folder does not tell which photos it was trained on: those among these flatter the figures.",
  trainedOnThese: ({ known, all }: { known: number; all: number }): string =>
    `the model was trained on ${formatCount(known)} of these ${images(all)}: the figures flatter.`,
  trainedLeftOut: ({ known, all }: { known: number; all: number }): string =>
    `the model was trained on ${formatCount(known)} of these ${images(all)}: ` +
    `left out, the figures are those of the other ${formatCount(all - known)} (--include-training counts them too).`,
  noCard: ({ path, message }: { path: string; code: string; message: string }): string =>
    `no card was written: ${message} Run \`rootstock backbones add ${path}\`.`,
  unsettled: ({ name, gap }: { name: string; gap: number | null }): string =>
    `${name}: the solver ${gap === null ? "stopped before it reached its tolerance" : `stopped ${formatPercent(gap)} above its optimum, or nearer`}. ` +
    "A smaller C needs fewer steps, and so do features of a norm near 1.",
  fewerComponents: ({
    count,
    rows,
    columns,
    kept,
  }: Readonly<Record<"count" | "rows" | "columns" | "kept", number>>): string =>
    `pca: ${count} components asked, ${rows} images x ${columns} features have ${kept}; these are used.`,
  notTuned: ({ name }: { name: string }): string =>
    `${name}: too few images to tune on; the first candidate is used, uncalibrated.`,
  figuresNotKept: ({ path, reason }: { path: string; reason: string }): string =>
    `${JSON.stringify(path)}: cannot be written: ${reason}. Figures are no longer kept; the work goes on.`,
  featuresNotKept: ({ message }: { code: string; message: string }): string =>
    `${message} Features are no longer kept in the cache.`,
  cacheUnread: ({ path, reason }: { path: string; reason: string }): string =>
    `cache ${JSON.stringify(path)}: cannot be read: ${reason}. Features are computed again.`,
  segmentDiscarded: ({
    path,
    message,
    outcome,
  }: {
    path: string;
    message: string;
    outcome: string;
  }): string =>
    `cache segment ${JSON.stringify(path)}: ${message} It is ${outcome}; its pictures are computed again.`,
  tensorsLeftOut: ({ path, names }: { path: string | null; names: readonly string[] }): string =>
    `${path === null ? "" : `${path}: `}Left out, as the trunk does without them: ${quoteList(names)}.`,
  scanNotKept: ({ message }: { code: string; message: string }): string => message,
  waitsForShards: ({ missing }: { missing: number }): string =>
    `this shard's features are done; ${formatQuantity(missing, "task")} of other shards to wait for`,
  doesOthersJobs: ({ missing }: { missing: number }): string =>
    `nothing has come from the other shards for some time: ${formatQuantity(missing, "task")} of theirs are done here`,
  sharedElsewhere: ({ path, threads, own }: { path: string; threads: number; own: number }): string =>
    `${path} has results of ${formatQuantity(threads, "thread")}, and this is another run with ${own}: --threads ${threads} goes on with it`,
  sharedIsKept: (): string => "what is done is kept: the same command goes on with it",
  isComplete: ({ path }: { path: string }): string =>
    `${path} is complete already; another --out begins another run`,
  featuresGivenUp: ({ message }: { message: string }): string =>
    `the features of some pictures failed at every try: ${message}`,
  queueIsGone: ({ queue }: { queue: string }): string =>
    `${queue} does not answer; waiting until it does. What is done is kept`,
  queueIsBack: ({ queue }: { queue: string }): string => `${queue} is back`,
  noWorkers: (): string =>
    "no worker is there yet: start `rootstock worker` with the same --queue, here or on other machines",
  workerRefused: ({ message }: { message: string }): string => `a worker cannot do this run: ${message}`,
  takesTasks: ({ queue, name }: { queue: string; name: string }): string =>
    `worker ${name} takes tasks from ${queue}`,
  notOnWasm: ({ reason }: { reason: string }): string => `not verified on wasm: ${reason}`,
  leftBySystem: ({ files }: { files: readonly string[] }): string =>
    `left by a system, not part of the model: ${quoteList(files)}`,
  lineEnds: ({ files }: { files: readonly string[] }): string =>
    `line ends changed, as git does, the text is the same: ${quoteList(files)}`,
  version: ({ version, node, system }: Readonly<Record<"version" | "node" | "system", string>>): string =>
    `${version} on Node ${node}, ${system}`,
  machine: ({ cores, cpu, memory }: { cores: number; cpu: string; memory: string }): string =>
    `${formatQuantity(cores, "core")} (${cpu}), ${memory} GiB`,
  engine: ({ version, threads }: { version: string; threads: number }): string =>
    `${version}, ${formatQuantity(threads, "thread")}`,
  readsPictures: (): string => "sharp reads and writes",
};
