import { type Matrix, createMatrix, selectRows } from "../src/base/matrix.ts";
import { formatPercent } from "../src/base/format-number.ts";
import type { Fold } from "../src/data/folds.ts";
import { accuracyInterval } from "../src/evaluate/accuracy-interval.ts";
import { comparePaired } from "../src/evaluate/paired-comparison.ts";
import { blendFolds } from "../src/classifiers/blend/blend.ts";
import { predictionsOf } from "../src/evaluate/probability-metrics.ts";
import type { ClassifierRecipe } from "../src/recipes/recipe.ts";
import { type Plan, planRecipes } from "../src/workflow/plan.ts";

/** One state of our recipes: what is changed in a plan. */
export interface Way {
  readonly name: string;
  change(plan: Plan): Plan;
}

/** A classifier's answers while each row was held out. */
export interface Judged {
  readonly name: string;
  readonly seconds: number;
  /** Shape: N x K. */
  readonly logits?: Matrix;
  readonly predictions?: readonly number[];
}

/** Transforms as they were before tuning chose among them. */
export const fixedTransforms: Readonly<Record<string, readonly ("signed-sqrt" | "l2" | "standardise")[]>> = {
  svm: ["signed-sqrt", "l2"],
  "svm-rbf": ["signed-sqrt", "l2"],
  softmax: ["signed-sqrt", "l2"],
  lda: ["signed-sqrt", "standardise"],
  bayes: ["l2", "signed-sqrt"],
};

const fixed = { alternatives: [] };
const views = 4 as const;
const stages = 2;

/** Each improvement by itself, then those together that gave something. */
export const ways: readonly Way[] = [
  { name: "fixed", change: (plan) => changed(plan, { ...fixed, transforms: fixedTransforms[plan.name]! }) },
  { name: "transforms", change: (plan) => plan },
  { name: "views", change: (plan) => changed(plan, { ...fixed, views }) },
  { name: "layers", change: (plan) => changed(plan, { ...fixed, stages }) },
  { name: "together", change: (plan) => changed(plan, { views }) },
];

/** The plan with other settings in its recipe, its features taken as they say. */
function changed(plan: Plan, settings: Partial<ClassifierRecipe>): Plan {
  const recipe = { ...plan.recipe, ...settings } as ClassifierRecipe;
  const { backbone } = plan.uses[0]!;
  return { ...planRecipes([recipe], [backbone], {})[0]!, name: plan.name };
}

export const columns = [
  "features",
  "way",
  "classifier",
  "accuracy",
  "95 % interval",
  "above the peer's",
  "above the peer's best",
];

/** A row for each classifier of each way; against the peer's same classifier and its best, with paired intervals. */
export function accuracyRows(
  title: string,
  measured: ReadonlyMap<string, readonly Judged[]>,
  { labels, folds }: { labels: Int32Array; folds: readonly Fold[] },
): string[][] {
  const correctOf = ({ logits, predictions }: Judged): number[] =>
    Array.from(predictions ?? predictionsOf(logits ?? createMatrix(0, 0)), (label, row) =>
      Number(label === labels[row]),
    );
  const peer = (measured.get("peer") ?? []).map((one) => ({ name: one.name, correct: correctOf(one) }));
  const right = (correct: readonly number[]): number => correct.reduce((a, b) => a + b, 0);
  const best = peer.toSorted((a, b) => right(b.correct) - right(a.correct))[0];
  const lead = (correct: readonly number[], other: readonly number[] | undefined): string => {
    if (other === undefined) return "";
    const { difference, low, high } = comparePaired(correct, other);
    const points = (share: number): string => (100 * share).toFixed(1);
    return `${points(difference)} (${points(low)} to ${points(high)})`;
  };
  return [...measured].flatMap(([way, all]) =>
    withBlend(all, { labels, folds }).map((one) => {
      const correct = correctOf(one);
      const { mean, low, high } = accuracyInterval(correct);
      const same = peer.find(({ name }) => name === one.name);
      return [
        title,
        way,
        `\`${one.name}\``,
        formatPercent(mean),
        `${formatPercent(low)} to ${formatPercent(high)}`,
        way === "peer" ? "" : lead(correct, same?.correct),
        way === "peer" ? "" : lead(correct, best?.correct),
      ];
    }),
  );
}

/** Ours with their blend behind them; the peer has none. */
function withBlend(
  all: readonly Judged[],
  { labels, folds }: { labels: Int32Array; folds: readonly Fold[] },
): readonly Judged[] {
  const members = all.flatMap(({ logits }) => (logits === undefined ? [] : [logits]));
  if (members.length < 2) return all;
  const tests = folds.map(({ test }) => test);
  const apart = members.map((logits) => tests.map((test) => selectRows(logits, test)));
  const predictions = new Int32Array(labels.length);
  for (const [f, { logits }] of blendFolds(apart, labels, tests).folds.entries())
    predictionsOf(logits).forEach((label, i) => (predictions[tests[f]![i]!] = label));
  const seconds = all.reduce((sum, one) => sum + one.seconds, 0);
  return [...all, { name: "blend", seconds, predictions: [...predictions] }];
}
