import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measureTypicality } from "../src/adapt/novelty.ts";
import { type Pile, placePhotos } from "../src/adapt/sort-photos.ts";
import { type Matrix, argmax, createMatrix, rowOf, selectRows, softmaxRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { ridge } from "../src/classifiers/ridge.ts";
import { fitTemperature } from "../src/classifiers/temperature.ts";
import { unitRows } from "../src/adapt/unit-rows.ts";
import { stratifiedFolds } from "../src/data/folds.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { cacheFolder } from "../src/files/cache-folder.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { type PhotoFeatures, readPhotoFeatures } from "./inbox/photo-features.ts";

const runs = 200;
const promises = [0.02, 0.05];
/** Photos to learn from, flowers that arrive, and foreign ones of either kind with them. */
const mixes = [
  { name: "a third foreign", learnt: 700, flowers: 300, insects: 75, others: 75 },
  { name: "none foreign", learnt: 700, flowers: 300, insects: 0, others: 0 },
];
const partsFile = join(cacheFolder(process.env), "bench", "inbox-accept.json");

/** What one run found: photos accepted, wrong labels and foreign photos among them, known ones accepted. */
interface Outcome {
  readonly accepted: number;
  readonly wrong: number;
  readonly foreign: number;
}

/**
 * Does the promise of the accepted pile hold? 200 seeded draws: a model learns 700 flowers (ridge on unit rows of MobileNetV2,
 * out-of-fold logits of five folds, temperature fitted on them), then 300 others arrive, alone or with 75 ants and bees and 75
 * photos of other things. Foreign photos among the accepted count as wrong. Each run is kept when it is done, so that the
 * benchmark can be run in pieces; `--only "a third"` names a mix, `--rounds` how many runs at most are added.
 */
export async function run({ only, rounds }: BenchOptions): Promise<BenchResult> {
  const sets = await readPhotoFeatures();
  await using engine = await openEngine();
  const kept = await readParts();
  let left = rounds <= 5 ? runs * promises.length * mixes.length : rounds;
  for (const mix of mixes.filter(({ name }) => only === null || name.includes(only)))
    for (let seed = 0; seed < runs && left > 0; seed += 1) {
      if (promises.every((promise) => `${mix.name}/${promise}/${seed}` in kept)) continue;
      const outcomes = await once(mix, { sets, seed, engine });
      outcomes.forEach((outcome, i) => (kept[`${mix.name}/${promises[i]}/${seed}`] = outcome));
      left -= 1;
      await writeParts(kept);
    }
  const rows = mixes.flatMap((mix) => promises.map((promise) => lineOf(mix, promise, kept)));
  const columns = ["inbox", "promise", "runs", "promise held", "mean share wrong", "flowers accepted"];
  return { columns: [...columns, "runs without any"], rows, raw: kept };
}

type Mix = (typeof mixes)[number];

async function once(
  mix: Mix,
  { sets, seed, engine }: { sets: PhotoFeatures; seed: number; engine: Engine },
): Promise<Outcome[]> {
  const random = createRandom(seed);
  const order = random.fork("flowers").shuffle(sets.flowers.labels.keys());
  const [learnt, arrived] = [order.slice(0, mix.learnt), order.slice(mix.learnt, mix.learnt + mix.flowers)];
  const insects = random.fork("insects").shuffle(rowsOf(sets.insects)).slice(0, mix.insects);
  const others = random.fork("others").shuffle(rowsOf(sets.others)).slice(0, mix.others);
  const known = selectRows(sets.flowers.features, learnt);
  const labels = Int32Array.from(learnt, (row) => sets.flowers.labels[row]!);
  const parts = [
    selectRows(sets.flowers.features, arrived),
    selectRows(sets.insects.features, insects),
    selectRows(sets.others.features, others),
  ];
  const features = stacked(parts);
  const truth = [
    ...arrived.map((row) => sets.flowers.labels[row]!),
    ...new Array<number>(mix.insects + mix.others).fill(-1),
  ];
  const model = await fitModel(known, labels, { seed, engine });
  const probabilities = softmaxRows(model.score(features));
  const usual = await measureTypicality(known, features, { seed, algebra: engine.algebra });
  const photos = {
    known: { features: known, labels, logits: model.outOfFold },
    fresh: { features, probabilities },
    usual,
  };
  return promises.map((promise) => outcomeOf(placePhotos(photos, { promise }).piles, probabilities, truth));
}

/** Ridge on unit rows, with the logits of its folds; both divided by the temperature that suits those. */
async function fitModel(
  features: Matrix,
  labels: Int32Array,
  { seed, engine }: { seed: number; engine: Engine },
): Promise<{ outOfFold: Matrix; score: (features: Matrix) => Matrix }> {
  const rows = unitRows(features);
  const folds = stratifiedFolds(labels, [], { folds: 5, seed });
  const options = { classCount: 5, algebra: engine.algebra };
  const [logits] = await ridge.outOfFold(rows, labels, folds, [{ alpha: 0.3 }], options);
  const temperature = fitTemperature(logits!, labels, Int32Array.from(labels.keys()));
  const fitted = await ridge.fit(rows, labels, { alpha: 0.3 }, options);
  const cooled = ({ rows: n, columns, data }: Matrix): Matrix =>
    createMatrix(
      n,
      columns,
      data.map((value) => value / temperature),
    );
  return { outOfFold: cooled(logits!), score: (others) => cooled(fitted.logits(unitRows(others))) };
}

function outcomeOf(piles: readonly Pile[], probabilities: Matrix, truth: readonly number[]): Outcome {
  const accepted = [...piles.keys()].filter((row) => piles[row] === "accepted");
  const isWrong = (row: number): boolean => argmax(rowOf(probabilities, row)) !== truth[row];
  return {
    accepted: accepted.length,
    wrong: accepted.filter(isWrong).length,
    foreign: accepted.filter((row) => truth[row] === -1).length,
  };
}

function lineOf(mix: Mix, promise: number, kept: Readonly<Record<string, Outcome>>): string[] {
  const outcomes = Array.from({ length: runs }, (_, seed) => kept[`${mix.name}/${promise}/${seed}`]).filter(
    (outcome) => outcome !== undefined,
  );
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  return [
    mix.name,
    percent(promise),
    String(outcomes.length),
    percent(mean(({ accepted, wrong }) => Number(wrong <= promise * accepted))),
    percent(mean(({ accepted, wrong }) => wrong / Math.max(1, accepted))),
    percent(mean(({ accepted, foreign }) => (accepted - foreign) / mix.flowers)),
    percent(mean(({ accepted }) => Number(accepted === 0))),
  ];
}

const rowsOf = ({ features }: { features: Matrix }): number[] =>
  Array.from({ length: features.rows }, (_, i) => i);

function stacked(parts: readonly Matrix[]): Matrix {
  const columns = parts[0]!.columns;
  const data = Float32Array.from(parts.flatMap((part) => [...part.data]));
  return createMatrix(data.length / columns, columns, data);
}

async function readParts(): Promise<Record<string, Outcome>> {
  return existsSync(partsFile)
    ? (JSON.parse(await readFile(partsFile, "utf8")) as Record<string, Outcome>)
    : {};
}

async function writeParts(parts: Readonly<Record<string, Outcome>>): Promise<void> {
  await mkdir(join(partsFile, ".."), { recursive: true });
  await writeFile(partsFile, JSON.stringify(parts));
}
