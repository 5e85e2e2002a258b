import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type SemiSupervisedName,
  semiSupervised,
  semiSupervisedNames,
} from "../src/adapt/propagate/semi-supervised.ts";
import { unitRows } from "../src/adapt/unit-rows.ts";
import { type Matrix, argmax, createMatrix, rowOf, selectRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { fitPipeline } from "../src/classifiers/pipeline.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { cacheFolder } from "../src/files/cache-folder.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { type PhotoFeatures, readPhotoFeatures } from "./inbox/photo-features.ts";

const seeds = 10;
const cases = [5, 20].flatMap((labels) => [0, 250].map((foreign) => ({ labels, foreign })));

/**
 * Self-training and propagation with 5 and 20 labels a class, 500 flowers without a label, alone or with 250 foreign photos
 * (ants, bees, other things) among them; accuracy on 300 others against the same ridge regression on the labelled photos
 * alone. The veto spoke where inner folds left weight 0 standing. `--only 20`: the cases of 20 labels a class.
 */
export async function run({ only }: BenchOptions): Promise<BenchResult> {
  const sets = await readPhotoFeatures();
  await using engine = await openEngine();
  const rows: string[][] = [];
  const raw: unknown[] = [];
  for (const one of cases.filter(({ labels }) => only === null || only === String(labels)))
    for (const name of semiSupervisedNames) {
      const outcomes = [];
      for (let seed = 0; seed < seeds; seed += 1)
        outcomes.push(await kept(name, { ...one, seed, sets, engine }));
      const gains = outcomes.map(({ base, accuracy }) => (accuracy - base) * 100);
      const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      raw.push({ ...one, name, outcomes });
      rows.push([
        String(one.labels),
        one.foreign === 0 ? "none" : "a third",
        name,
        `${(mean(outcomes.map(({ base }) => base)) * 100).toFixed(1)} %`,
        mean(gains).toFixed(1),
        Math.min(...gains).toFixed(1),
        mean(outcomes.map(({ always, base }) => (always - base) * 100)).toFixed(1),
        `${outcomes.filter(({ isVetoed }) => isVetoed).length} of ${seeds}`,
      ]);
      console.error(rows.at(-1)!.join(" | "));
    }
  const columns = ["labels a class", "foreign", "recipe", "without", "mean gain, points", "worst seed"];
  return { columns: [...columns, "gain without veto", "veto"], rows, raw };
}

interface Asked {
  readonly labels: number;
  readonly foreign: number;
  readonly seed: number;
  readonly sets: PhotoFeatures;
  readonly engine: Engine;
}

interface Outcome {
  readonly base: number;
  readonly accuracy: number;
  readonly always: number;
  readonly isVetoed: boolean;
}

/** A run that has been made is read: a bench that was stopped goes on where it was. Delete the folder to measure anew. */
async function kept(name: SemiSupervisedName, asked: Asked): Promise<Outcome> {
  const folder = join(cacheFolder(process.env), "bench", "semi-supervised");
  const file = join(folder, `${name}-${asked.labels}-${asked.foreign}-${asked.seed}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as Outcome;
  const outcome = await once(name, asked);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(outcome));
  return outcome;
}

async function once(
  name: SemiSupervisedName,
  { labels: count, foreign, seed, sets, engine }: Asked,
): Promise<Outcome> {
  const { features, labels } = sets.flowers;
  const random = createRandom(seed);
  const all = random.fork("photos").shuffle(labels.keys());
  const [judged, pool] = [all.slice(0, 300), all.slice(300)];
  const known = [0, 1, 2, 3, 4].flatMap((label) =>
    pool.filter((row) => labels[row] === label).slice(0, count),
  );
  const open = pool.filter((row) => !known.includes(row)).slice(0, 500);
  const strange = random.fork("foreign").shuffle(Array(597).keys()).slice(0, foreign);
  const unlabelled = unitRows(
    createMatrix(
      open.length + foreign,
      features.columns,
      Float32Array.from([
        ...selectRows(features, open).data,
        ...strange.flatMap((row) => [...foreignRow(sets, row)]),
      ]),
    ),
  );
  const classifier = semiSupervised(name, unlabelled);
  const own = Int32Array.from(known, (row) => labels[row]!);
  const rows = selectRows(features, known);
  const options = { classCount: 5, algebra: engine.algebra, seed };
  const accuracyOf = ({ logits }: { logits: (rows: Matrix) => Matrix }, rows: Matrix): number => {
    const said = logits(rows);
    return judged.filter((row, i) => argmax(rowOf(said, i)) === labels[row]).length / judged.length;
  };
  const chosen = await fitPipeline(rows, own, { transforms: ["l2"], classifier }, options);
  const accuracy = accuracyOf(chosen, selectRows(features, judged));
  const isVetoed = chosen.chosen["weight"] === 0;
  const fitted = await classifier.fit(unitRows(rows), own, { weight: isVetoed ? 0.5 : 0 }, options);
  const other = accuracyOf(fitted, unitRows(selectRows(features, judged)));
  return isVetoed
    ? { base: accuracy, accuracy, always: other, isVetoed }
    : { base: other, accuracy, always: accuracy, isVetoed };
}

function foreignRow({ insects, others }: PhotoFeatures, row: number): Float32Array {
  return row < insects.features.rows
    ? rowOf(insects.features, row)
    : rowOf(others.features, row - insects.features.rows);
}
