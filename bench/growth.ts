import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { argmax, rowOf, selectRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { fitPipeline } from "../src/classifiers/pipeline.ts";
import { type Fold, stratifiedFolds } from "../src/data/folds.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { cacheFolder } from "../src/files/cache-folder.ts";
import type { ClassifierRecipe } from "../src/recipes/recipe.ts";
import { readRecipe } from "../src/recipes/read-recipe.ts";
import { features as writeFeatures } from "../src/workflow/features.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { type LabelledSet, readFeatures } from "./read-features.ts";

/** What was measured of a recipe on some rows; null: not done within the cap. */
interface Outcome {
  readonly seconds: number | null;
  /** Of the processor, all threads and processes together. */
  readonly cpu?: number;
  readonly accuracy: number | null;
  readonly peakMegabytes?: number;
  readonly chosen?: unknown;
}

interface Cell {
  readonly rows: number;
  readonly classes: number;
  readonly recipe: string;
}

type Side = "ours" | "theirs";
type Measured = Cell & Record<Side, Outcome | null>;

const sizes = [1000, 5000, 20_000, 100_000];
const classCounts = [10, 200];
const recipes = ["svm", "softmax", "lda", "bayes", "knn", "svm-rbf"];
/** Nobody gets longer for a cell. */
const capSeconds = 600;
const backbone = "../shared/weights/squeezenet1_1.onnx";
const folder = join(cacheFolder(process.env), "bench", "growth");

/**
 * Seconds of a recipe, tuning included, as rows grow: one fit on four fifths of the rows and the accuracy on the last fifth,
 * ours beside scikit-learn's counterpart with two jobs on the same rows. Features of Tiny ImageNet by SqueezeNet (512
 * columns). 10 classes: neighbours in the order of the synsets, twenty to a class. `--data`: the folder of the 200 class
 * folders of `train`, or a file that `rootstock features` wrote of it. Each cell is written when it is done and never
 * measured again, so that the benchmark can be run in pieces; `--only "svm 5000 10"` names some.
 */
export async function run({ python, data, only }: BenchOptions): Promise<BenchResult> {
  const set = await readSet(data);
  const cells = sizes
    .filter((rows) => 0.99 * rows <= set.features.rows) // of 100,000 photos some are refused
    .flatMap((rows) =>
      classCounts.flatMap((classes) => recipes.map((recipe): Cell => ({ rows, classes, recipe }))),
    )
    .filter((cell) => only === null || `${titleOf(cell)} `.includes(`${only} `));
  await using engine = await openEngine();
  const measured: Measured[] = [];
  for (const cell of cells) {
    const part = drawRows(set, cell);
    const ours = await once(cell, "ours", async () => await fitOurs(part, cell, engine));
    const theirs =
      python === null || isHopeless(cell, measured)
        ? null
        : await once(cell, "theirs", async () => await fitTheirs(part, cell, python));
    measured.push({ ...cell, ours, theirs });
    console.error(`${titleOf(cell)}: ours ${shown(ours)}, theirs ${shown(theirs)}`);
  }
  const columns = [
    "classes",
    "rows",
    "recipe",
    "CPU s",
    "scikit-learn",
    "times ours",
    "seconds",
    "scikit-learn",
    "accuracy",
    "theirs",
  ];
  return {
    columns: [...columns, "exponent"],
    rows: measured.map((cell) => lineOf(cell, measured)),
    raw: measured,
  };
}

/** Whether scikit-learn's would take longer than anybody gets, if its time grew no faster than the rows from the last size. */
function isHopeless({ rows, classes, recipe }: Cell, measured: readonly Measured[]): boolean {
  const before = measured.findLast((one) => one.recipe === recipe && one.classes === classes);
  if (before?.theirs === undefined) return false;
  const seconds = before.theirs === null ? null : before.theirs.seconds;
  return seconds === null || (seconds * rows) / before.rows > capSeconds;
}

interface DrawnSet extends LabelledSet, Fold {
  readonly classes: number;
}

/** The features, made once. */
async function readSet(data: string | null): Promise<LabelledSet> {
  const kept = join(folder, "features.safetensors");
  const file = data?.endsWith(".safetensors") ? data : kept;
  if (!existsSync(file)) {
    if (data === null) throw new Error("growth: give --data FOLDER, Tiny ImageNet's unpacked train photos.");
    await mkdir(folder, { recursive: true });
    await writeFeatures(data, { backbones: [backbone], out: kept }).result;
  }
  return await readFeatures(file);
}

/** The first rows of one seeded order, and a fifth of them to be judged on. */
function drawRows({ features, labels }: LabelledSet, { rows, classes }: Cell): DrawnSet {
  const order = createRandom(7).shuffle(labels.keys()).slice(0, rows);
  const count = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const named = Int32Array.from(order, (row) =>
    classes >= count ? labels[row]! : Math.floor((labels[row]! * classes) / count),
  );
  const [fold] = stratifiedFolds(named, Array<undefined>(named.length).fill(undefined), {
    folds: 5,
    seed: 42,
  });
  return {
    features: selectRows(features, order),
    labels: named,
    classes: Math.min(classes, count),
    ...fold!,
  };
}

async function fitOurs(set: DrawnSet, { recipe }: Cell, engine: Engine): Promise<Outcome> {
  const { transforms, classifier, grid } = (await readRecipe(recipe)) as ClassifierRecipe;
  const { features, train, test, classes } = set;
  const [given, held] = [selectRows(features, train), selectRows(features, test)];
  const labels = train.map((row) => set.labels[row]!);
  const start = performance.now();
  const before = process.cpuUsage();
  const pipeline = await fitPipeline(
    given,
    labels,
    { transforms, classifier, grid: grid ?? undefined },
    {
      classCount: classes,
      algebra: engine.algebra,
      engine,
      seed: 1,
      signal: AbortSignal.timeout(capSeconds * 1000),
    },
  );
  const logits = pipeline.logits(held);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const right = test.reduce((sum, row, i) => sum + Number(argmax(rowOf(logits, i)) === set.labels[row]), 0);
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  const cpu = (user + system) / 1e6;
  return { seconds, cpu, accuracy: right / test.length, peakMegabytes, chosen: pipeline.chosen };
}

/** In a process of its own, which is killed at the cap. */
async function fitTheirs(set: DrawnSet, { recipe }: Cell, python: string): Promise<Outcome> {
  const { transforms } = (await readRecipe(recipe)) as ClassifierRecipe;
  await mkdir(folder, { recursive: true });
  const named = (name: string): string => join(folder, `peer.${name}`);
  await writeFile(named("features.f32"), set.features.data);
  await writeFile(named("labels.i32"), set.labels);
  await writeFile(named("test.i32"), set.test);
  const words = ["bench/peers/growth.py", folder, `${set.features.columns}`, recipe, transforms.join(",")];
  const child = spawn(python, words, { stdio: ["ignore", "pipe", "ignore"], detached: true });
  let said = "";
  child.stdout.on("data", (text) => (said += String(text)));
  const kill = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), capSeconds * 1000);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearTimeout(kill);
  if (code === null) return { seconds: null, accuracy: null };
  return JSON.parse(said) as Outcome;
}

/** A cell's outcome: read where it was measured before. */
async function once(cell: Cell, side: Side, work: () => Promise<Outcome>): Promise<Outcome> {
  const results = join("bench", "results", "growth");
  const file = join(results, `${titleOf(cell).replaceAll(" ", "-")}-${side}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as Outcome;
  const outcome = await work().catch((error: unknown) => {
    if ((error as Error).name === "TimeoutError") return { seconds: null, accuracy: null };
    throw error;
  });
  await mkdir(results, { recursive: true });
  await writeFile(file, `${JSON.stringify(outcome)}\n`);
  return outcome;
}

function titleOf({ recipe, rows, classes }: Cell): string {
  return `${recipe} ${rows} ${classes}`;
}

function shown(outcome: Outcome | null): string {
  return outcome === null
    ? "-"
    : outcome.seconds === null
      ? `over ${capSeconds} s`
      : `${outcome.seconds.toFixed(2)} s`;
}

function lineOf(cell: Measured, all: readonly Measured[]): string[] {
  const { rows, classes, recipe, ours, theirs } = cell;
  const ratio = ours?.cpu && theirs?.cpu ? theirs.cpu / ours.cpu : null;
  const before = all.findLast((one) => one.recipe === recipe && one.classes === classes && one.rows < rows);
  const exponent =
    before?.ours?.cpu && ours?.cpu
      ? Math.log(ours.cpu / before.ours.cpu) / Math.log(rows / before.rows)
      : null;
  return [
    `${classes}`,
    `${rows}`,
    recipe,
    ours?.cpu?.toFixed(1) ?? "",
    theirs?.cpu?.toFixed(1) ?? "",
    ratio?.toFixed(1) ?? "",
    shown(ours),
    shown(theirs),
    ours?.accuracy?.toFixed(3) ?? "",
    theirs?.accuracy?.toFixed(3) ?? "",
    exponent?.toFixed(2) ?? "",
  ];
}
