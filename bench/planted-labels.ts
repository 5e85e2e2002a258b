import { basename } from "node:path";
import { doubtLabels } from "../src/adapt/suspicious.ts";
import { joinColumns, softmaxRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { stratifiedFolds } from "../src/data/folds.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { crossValidate } from "../src/evaluate/cross-validate.ts";
import { classifierMethod } from "../src/recipes/classifier-method.ts";
import { readRecipe } from "../src/recipes/read-recipe.ts";
import type { ClassifierRecipe } from "../src/recipes/recipe.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { photoSet } from "./shift/photo-sets.ts";
import { repeated } from "./shift/repeated.ts";

/** What `labels check` does where one backbone is named, and where none is. */
const cases = [
  { recipe: "lda", backbones: ["../shared/weights/mobilenetv2_features.onnx"] },
  { recipe: "fusion", backbones: ["alexnet-mini", "vgg-mini"] },
  { recipe: "lda", backbones: ["alexnet-mini"] },
];
const share = 0.05;
const classCount = 5;

/** Of the planted wrong labels, and of the labels that were found suspicious. */
interface Outcome {
  readonly amongFirst: number;
  readonly suspicious: number;
  readonly plantedSuspicious: number;
  readonly expectedWrong: number;
}

/**
 * Of 1,000 flowers 50 get another label, drawn by a seed; `among the first`: the share of them among the 50 labels that are
 * ranked most doubtful, by five folds that are fitted on the wrong labels too.
 */
export async function run({ only, rounds }: BenchOptions): Promise<BenchResult> {
  await using engine = await openEngine();
  const raw: Record<string, unknown> = {};
  const rows: string[][] = [];
  for (const one of cases) {
    const name = `planted ${one.recipe} ${one.backbones.map((file) => basename(file).split(".")[0]).join(" ")}`;
    if (only !== null && !name.includes(only)) continue;
    const outcomes = await repeated(name, rounds, (seed) => once(one, { seed, engine }));
    raw[name] = outcomes;
    const mean = (key: keyof Outcome): number =>
      outcomes.reduce((sum, outcome) => sum + outcome[key], 0) / outcomes.length;
    const least = Math.min(...outcomes.map(({ amongFirst }) => amongFirst));
    rows.push([
      name.replace("planted ", ""),
      String(outcomes.length),
      `${(100 * mean("amongFirst")).toFixed(1)} %`,
      `${(100 * least).toFixed(1)} %`,
      mean("suspicious").toFixed(1),
      mean("plantedSuspicious").toFixed(1),
      mean("expectedWrong").toFixed(1),
    ]);
  }
  const columns = [
    "case",
    "seeds",
    "among the first",
    "least",
    "suspicious",
    "of them planted",
    "said wrong",
  ];
  return { columns, rows, raw };
}

async function once(
  { recipe, backbones }: (typeof cases)[number],
  { seed, engine }: { seed: number; engine: Engine },
): Promise<Outcome> {
  const sets = await Promise.all(backbones.map((backbone) => photoSet("flowers", backbone, engine)));
  const random = createRandom(seed).fork("plant");
  const labels = sets[0]!.labels.slice();
  const planted = new Set(random.shuffle(labels.keys()).slice(0, Math.round(share * labels.length)));
  for (const row of planted) labels[row] = (labels[row]! + 1 + random.integer(classCount - 1)) % classCount;
  const groups = Array.from(labels, (_, row) => `image ${row}`);
  const method = classifierMethod((await readRecipe(recipe)) as ClassifierRecipe, {
    features: joinColumns(sets.map(({ features }) => features)),
    blocks: sets.map(({ features }) => features.columns),
    labels,
    groups,
    classCount,
    engine,
  });
  const folds = stratifiedFolds(labels, groups, { folds: 5, seed });
  const { outOfFoldLogits } = await crossValidate(method, { labels, classCount, folds, seed });
  const { doubts, expectedWrong } = doubtLabels(softmaxRows(outOfFoldLogits), labels);
  const suspicious = doubts.filter(({ isSuspicious }) => isSuspicious);
  const among = (list: typeof doubts): number => list.filter(({ row }) => planted.has(row)).length;
  return {
    amongFirst: among(doubts.slice(0, planted.size)) / planted.size,
    suspicious: suspicious.length,
    plantedSuspicious: among(suspicious),
    expectedWrong,
  };
}
