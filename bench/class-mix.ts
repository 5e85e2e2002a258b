import { basename } from "node:path";
import { type ClassMix, correctForMix, expectedMix, mixOf } from "../src/adapt/label-shift.ts";
import { type Matrix, matrixFrom, rowOf } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { accuracyOf, trainAndLook } from "./shift/judged-set.ts";
import { type PhotoSet, photoSet } from "./shift/photo-sets.ts";
import { repeated } from "./shift/repeated.ts";

const backbones = ["../shared/weights/mobilenetv2_features.onnx", "alexnet-mini"];
const recipes = ["lda", "knn"];
/** Photos that a model learns from, and photos that come in another mix. */
const [learnt, arriving] = [500, 200];
/** Shares of the classes among the new ones, in turns: which class has the largest is drawn. */
const mixes = [
  [0.6, 0.1, 0.1, 0.1, 0.1],
  [0.8, 0.05, 0.05, 0.05, 0.05],
  [0.45, 0.45, 0.04, 0.03, 0.03],
];
const runs = 20;

/** Accuracy without a correction, with the estimated mix, and with the true one. */
interface Outcome {
  readonly none: number;
  readonly estimated: number;
  readonly oracle: number;
}

/**
 * What `predict --prior estimated` is worth: a model of 500 flowers in equal shares names 200 others that come in another mix.
 * `gain / gap`: of what the true mix would gain, the share that the estimated one does, in means over the runs.
 */
export async function run({ only }: BenchOptions): Promise<BenchResult> {
  await using engine = await openEngine();
  const raw: Record<string, unknown> = {};
  const rows: string[][] = [];
  for (const backbone of backbones) {
    const set = await photoSet("flowers", backbone, engine);
    for (const recipe of recipes)
      for (const mix of mixes) {
        const name = `${basename(backbone).split(".")[0]} ${recipe} ${mix[0]} ${mix[1]}`;
        if (only !== null && !name.includes(only)) continue;
        const outcomes = await repeated(name, runs, (seed) => once(set, mix, { recipe, seed, engine }));
        raw[name] = outcomes;
        rows.push(lineOf(name, outcomes));
      }
  }
  return { columns: ["case", "runs", "none", "estimated", "true mix", "gain / gap"], rows, raw };
}

async function once(
  set: PhotoSet,
  shares: readonly number[],
  { recipe, seed, engine }: { recipe: string; seed: number; engine: Engine },
): Promise<Outcome> {
  const random = createRandom(seed).fork("mix");
  const order = random.shuffle(set.labels.keys());
  const turned = random.shuffle([0, 1, 2, 3, 4]);
  const of = (label: number): number[] => order.filter((row) => set.labels[row] === label);
  const known = turned.flatMap((label) => of(label).slice(0, learnt / 5));
  // Of a class there may be fewer photos left than its share asks for: the others shrink with it.
  const size = Math.min(arriving, ...shares.map((share) => Math.floor((200 - learnt / 5) / share)));
  const arrived = turned.flatMap((label, i) =>
    of(label).slice(learnt / 5, learnt / 5 + Math.round(shares[i]! * size)),
  );
  const looked = await trainAndLook(
    { set, rows: known },
    { set, rows: arrived },
    { recipe, classCount: 5, engine, seed },
  );
  const { probabilities } = looked.arrived;
  const trained = mixOf(looked.known.classCounts);
  const truth = mixOf(trained.map((_, k) => looked.truth.filter((label) => label === k).length));
  const under = (mix: ClassMix): number => accuracyOf(corrected(probabilities, trained, mix), looked.truth);
  return {
    none: accuracyOf(probabilities, looked.truth),
    estimated: under(expectedMix(probabilities, trained)),
    oracle: under(truth),
  };
}

function corrected(probabilities: Matrix, trained: ClassMix, mix: ClassMix): Matrix {
  const rows = Array.from({ length: probabilities.rows }, (_, i) => [
    ...correctForMix(rowOf(probabilities, i), trained, mix),
  ]);
  return matrixFrom(rows);
}

function lineOf(name: string, outcomes: readonly Outcome[]): string[] {
  const mean = (key: keyof Outcome): number =>
    outcomes.reduce((sum, outcome) => sum + outcome[key], 0) / outcomes.length;
  const [none, estimated, oracle] = [mean("none"), mean("estimated"), mean("oracle")];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const gap = oracle - none;
  const gain = gap > 0.01 ? percent((estimated - none) / gap) : "gap below one point";
  return [name, String(outcomes.length), percent(none), percent(estimated), percent(oracle), gain];
}
