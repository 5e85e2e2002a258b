import { type Matrix, createMatrix } from "../src/base/matrix.ts";
import { formatPercent } from "../src/base/format-number.ts";
import type { Fold } from "../src/data/folds.ts";
import { accuracyInterval } from "../src/evaluate/accuracy-interval.ts";
import { comparePaired } from "../src/evaluate/paired-comparison.ts";
import { predictionsOf } from "../src/evaluate/probability-metrics.ts";
import type { Plan } from "../src/workflow/plan.ts";

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

/** Each improvement by itself, then all of them. */
export const ways: readonly Way[] = [
  {
    name: "fixed",
    change: (plan) => ({
      ...plan,
      recipe: { ...plan.recipe, transforms: fixedTransforms[plan.name] } as Plan["recipe"],
    }),
  },
];

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
  { labels }: { labels: Int32Array; folds: readonly Fold[] },
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
    all.map((one) => {
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
