import type { Recipe } from "./recipe.ts";

/**
 * What a tuned fit on 5,000 rows of 512 columns takes beside one of `bayes`, roughly (bench/RESULTS.md, "As photos grow").
 * It decides an order and a first guess, never a number of the results.
 */
const classifierCosts: Readonly<Record<string, number>> = {
  "nearest-mean": 0.5,
  bayes: 1,
  ridge: 1,
  lda: 2,
  knn: 4,
  svm: 6,
  softmax: 9,
  "svm-rbf": 15,
  mlp: 60,
};
const ownCost = 30;
const trainingCosts = { "fine-tune": 1000, scratch: 2000 };
const blendCost = 1;

/** How long a recipe will take beside others on the same photos. */
export interface ExpectedCost {
  readonly kind: Recipe["kind"];
  /** Of one kind they are to each other as their times are, roughly; a training is the dearer kind. */
  readonly cost: number;
}

/** What can be known beforehand of a recipe's time on features of so many columns. */
export function expectedCost(recipe: Recipe, { dimensions }: { dimensions: number }): ExpectedCost {
  const { kind } = recipe;
  if (kind === "blend") return { kind, cost: blendCost };
  if (kind !== "classifier") return { kind, cost: trainingCosts[kind] * 512 };
  const share = recipe.own === undefined ? classifierCosts[recipe.classifier] : undefined;
  return { kind, cost: (share ?? ownCost) * dimensions };
}
