import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Matrix, createMatrix, rowOf, selectRows } from "../src/base/matrix.ts";
import { type Random, createRandom } from "../src/base/random.ts";
import { classifierTable } from "../src/classifiers/classifier-table.ts";
import { type PipelineSpec, fitPipeline } from "../src/classifiers/pipeline.ts";
import { repeatedFolds } from "../src/data/folds.ts";
import { accuracyInterval } from "../src/evaluate/accuracy-interval.ts";
import { comparePairs } from "../src/evaluate/pairs.ts";
import { holmAdjust } from "../src/evaluate/paired-comparison.ts";
import { predictionsOf } from "../src/evaluate/probability-metrics.ts";
import { decodeSafetensors } from "../src/files/safetensors.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";

/** A classifier on so many photos. */
interface Cell {
  readonly classifier: string;
  readonly photos: number;
}

/** What the runs of a cell came to, as counts. */
interface Outcome {
  readonly runs: number;
  /** Runs in which some pair of equal recipes was declared different: by the referee with one round, with three, by McNemar's test. */
  readonly different: { readonly one: number; readonly three: number; readonly mcNemar: number };
  /** Intervals, and those that hold the mean true accuracy of the evaluated models. */
  readonly intervals: number;
  readonly covered: number;
  readonly coveredWithThree: number;
  readonly accuracy: number;
}

const cells: readonly Cell[] = ["nearest-mean", "bayes", "lda", "ridge", "svm"].flatMap((classifier) =>
  [100, 250].map((photos) => ({ classifier, photos })),
);
const shape = { classes: 5, columns: 64, folds: 5, recipes: 3, noise: 0.4 };

/**
 * Does the referee call equal recipes different, and do its intervals hold? Each run draws five classes and some photos of a
 * large population of features; three recipes are one classifier on these features, each with noise of its own, so that their true
 * accuracies are equal by construction, whatever the classifier. The photos that were not drawn tell the true accuracy of every model.
 * `--data`: a file that `rootstock features` wrote (Tiny ImageNet by SqueezeNet: 20 classes of 500); without it Gaussian
 * classes are drawn. `--rounds`: runs a cell, 50 by default. A cell that was measured is not measured again; `--only "lda 100"`.
 */
export async function run({ data, only, rounds }: BenchOptions): Promise<BenchResult> {
  const population = data === null ? gaussianClasses() : await readPopulation(data);
  const measured: (Cell & Outcome)[] = [];
  for (const cell of cells.filter((one) => only === null || titleOf(one).includes(only)))
    measured.push({ ...cell, ...(await once(cell, () => simulate(population, cell, rounds * 10))) });
  return {
    columns: [
      "classifier, photos",
      "runs",
      "declared different, 1 round",
      "3 rounds",
      "McNemar with Holm",
      "intervals that hold, 1 round",
      "3 rounds",
      "accuracy",
    ],
    rows: [...measured.map((one) => lineOf(titleOf(one), one)), lineOf("all", sumOf(measured))],
    raw: measured,
  };
}

interface Population {
  readonly features: Matrix;
  readonly labels: Int32Array;
}

async function simulate(population: Population, cell: Cell, runs: number): Promise<Outcome> {
  let total: Outcome = none;
  for (let i = 0; i < runs; i += 1) {
    const random = createRandom(11).fork(`${titleOf(cell)} ${i}`);
    total = sumOf([total, await simulateOne(population, cell, random)]);
    if (i % 10 === 9) console.error(`${titleOf(cell)}: ${i + 1} of ${runs}`);
  }
  return total;
}

const none: Outcome = {
  runs: 0,
  different: { one: 0, three: 0, mcNemar: 0 },
  intervals: 0,
  covered: 0,
  coveredWithThree: 0,
  accuracy: 0,
};

interface Judged {
  readonly name: string;
  /** Of each round. Shape: R x N. */
  readonly correct: readonly (readonly number[])[];
  readonly foldAccuracies: readonly number[];
  /** Of the models of each fold, on what was not drawn. */
  readonly truths: readonly number[];
}

async function simulateOne(population: Population, cell: Cell, random: Random): Promise<Outcome> {
  const { rows, pool, labels, classCount } = draw(population, cell, random);
  const groups = new Array<undefined>(rows.length + pool.length).fill(undefined);
  const seed = random.integer(2 ** 31);
  const own = Int32Array.from(rows.keys());
  const rounds = repeatedFolds(labels, groups, { repeats: 3, folds: shape.folds, seed, rows: own });
  const all = [...rows, ...pool];
  const columns = random.shuffle(Array.from({ length: population.features.columns }, (_, i) => i));
  const judged: Judged[] = [];
  for (let r = 0; r < shape.recipes; r += 1) {
    const features = withNoise(population.features, {
      rows: all,
      columns,
      random: random.fork(`recipe ${r}`),
    });
    judged.push(await judge(`recipe ${r}`, { features, labels, rounds, own, classCount, cell }));
  }
  return outcomeOf(judged);
}

interface JudgeData {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly rounds: ReturnType<typeof repeatedFolds>;
  /** Rows that were drawn; the others tell the truth. */
  readonly own: Int32Array;
  readonly classCount: number;
  readonly cell: Cell;
}

async function judge(
  name: string,
  { features, labels, rounds, own, classCount, cell }: JudgeData,
): Promise<Judged> {
  const { grid } = classifierTable[cell.classifier]!;
  const spec: PipelineSpec = {
    transforms: ["standardise"],
    classifier: cell.classifier,
    grid: [grid[grid.length >> 1]!], // nothing is tuned: thousands of fits
    innerFolds: 2,
  };
  const unseen = Int32Array.from({ length: features.rows - own.length }, (_, i) => own.length + i);
  const correct = rounds.map(() => new Array<number>(own.length).fill(0));
  const [foldAccuracies, truths]: [number[], number[]] = [[], []];
  for (const [round, folds] of rounds.entries())
    for (const { train, test } of folds) {
      const pipeline = await fitPipeline(
        selectRows(features, train),
        train.map((row) => labels[row]!),
        spec,
        { classCount, seed: 1 },
      );
      const share = (rows: Int32Array): number[] => {
        const predicted = predictionsOf(pipeline.logits(selectRows(features, rows)));
        return Array.from(rows, (row, i) => Number(predicted[i] === labels[row]));
      };
      const right = share(test);
      test.forEach((row, i) => (correct[round]![row] = right[i]!));
      foldAccuracies.push(mean(right));
      truths.push(mean(share(unseen)));
    }
  return { name, correct, foldAccuracies, truths };
}

function outcomeOf(judged: readonly Judged[]): Outcome {
  const membersOf = (rounds: number): Parameters<typeof comparePairs>[0] =>
    judged
      .map(({ name, correct, foldAccuracies }) => ({
        name,
        correct: correct[0]!,
        foldAccuracies: foldAccuracies.slice(0, rounds * shape.folds),
      }))
      .toSorted((a, b) => mean(b.foldAccuracies) - mean(a.foldAccuracies));
  const isDifferent = (rounds: number): number =>
    Number(comparePairs(membersOf(rounds), { folds: shape.folds }).some(({ isClear }) => isClear));
  const mcNemar = holmAdjust(
    comparePairs(membersOf(1), { folds: shape.folds }).map((pair) => pair.mcNemar.pValue),
  );
  const holds =
    (rounds: number) =>
    ({ correct, truths }: Judged): boolean => {
      const means = correct[0]!.map((_, i) => mean(correct.slice(0, rounds).map((one) => one[i]!)));
      const { low, high } = accuracyInterval(means);
      const truth = mean(truths.slice(0, rounds * shape.folds));
      return low <= truth && truth <= high;
    };
  return {
    runs: 1,
    different: {
      one: isDifferent(1),
      three: isDifferent(3),
      mcNemar: Number(mcNemar.some((p) => p < 0.05)),
    },
    intervals: judged.length,
    covered: judged.filter(holds(1)).length,
    coveredWithThree: judged.filter(holds(3)).length,
    accuracy: mean(judged.flatMap(({ truths }) => truths)),
  };
}

/** Rows of five classes, as many of each, in the order of `rows` and then `pool`. */
function draw(
  { labels }: Population,
  { photos }: Cell,
  random: Random,
): { rows: number[]; pool: number[]; labels: Int32Array; classCount: number } {
  const known = [...new Set(labels)].sort((a, b) => a - b);
  const classes = random.shuffle(known).slice(0, shape.classes);
  const [rows, pool]: [number[], number[]] = [[], []];
  for (const label of classes) {
    const own = random.shuffle([...labels.keys()].filter((row) => labels[row] === label));
    rows.push(...own.slice(0, photos / shape.classes));
    pool.push(...own.slice(photos / shape.classes));
  }
  const named = Int32Array.from([...rows, ...pool], (row) => classes.indexOf(labels[row]!));
  return { rows, pool, labels: named, classCount: shape.classes };
}

function withNoise(
  features: Matrix,
  { rows, columns, random }: { rows: readonly number[]; columns: readonly number[]; random: Random },
): Matrix {
  const taken = columns.slice(0, shape.columns);
  const values = createMatrix(rows.length, taken.length);
  const spreads = taken.map((column) =>
    spreadOf(rows.slice(0, 200).map((row) => rowOf(features, row)[column]!)),
  );
  rows.forEach((row, i) => {
    const [from, to] = [rowOf(features, row), rowOf(values, i)];
    taken.forEach((column, j) => (to[j] = from[column]! + shape.noise * spreads[j]! * random.normal()));
  });
  return values;
}

async function readPopulation(file: string): Promise<Population> {
  const { tensors } = decodeSafetensors(await readFile(file));
  const { dims, bytes } = tensors.get("features")!;
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  const labels = new Int32Array(Uint8Array.from(tensors.get("labels")!.bytes).buffer);
  return { features: createMatrix(dims[0]!, dims[1]!, values), labels };
}

/** Ten classes of 400 rows around means that overlap. */
function gaussianClasses(): Population {
  const random = createRandom(5);
  const [classes, each, columns] = [10, 400, 128];
  const centres = Array.from({ length: classes }, () =>
    Array.from({ length: columns }, () => 0.35 * random.normal()),
  );
  const labels = Int32Array.from({ length: classes * each }, (_, row) => row % classes);
  const features = createMatrix(labels.length, columns);
  for (const [row, label] of labels.entries())
    rowOf(features, row).forEach((_, j, values) => (values[j] = centres[label]![j]! + random.normal()));
  return { features, labels };
}

async function once(cell: Cell, work: () => Promise<Outcome>): Promise<Outcome> {
  const folder = join("bench", "results", "referee");
  const file = join(folder, `${titleOf(cell).replaceAll(" ", "-")}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as Outcome;
  const outcome = await work();
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(outcome)}\n`);
  return outcome;
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (valueOf: (one: Outcome) => number): number =>
    outcomes.reduce((all, one) => all + valueOf(one), 0);
  const runs = sum((one) => one.runs);
  return {
    runs,
    different: {
      one: sum(({ different }) => different.one),
      three: sum(({ different }) => different.three),
      mcNemar: sum(({ different }) => different.mcNemar),
    },
    intervals: sum(({ intervals }) => intervals),
    covered: sum(({ covered }) => covered),
    coveredWithThree: sum(({ coveredWithThree }) => coveredWithThree),
    accuracy: sum((one) => one.accuracy * one.runs) / Math.max(1, runs),
  };
}

function lineOf(
  title: string,
  { runs, different, intervals, covered, coveredWithThree, accuracy }: Outcome,
): string[] {
  const share = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`;
  return [
    title,
    `${runs}`,
    share(different.one, runs),
    share(different.three, runs),
    share(different.mcNemar, runs),
    share(covered, intervals),
    share(coveredWithThree, intervals),
    accuracy.toFixed(3),
  ];
}

const titleOf = ({ classifier, photos }: Cell): string => `${classifier} ${photos}`;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function spreadOf(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
