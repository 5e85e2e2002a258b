import type { Groups } from "../data/folds.ts";
import { comparePaired, holmAdjust } from "./paired-comparison.ts";
import { type ResampledComparison, compareResampled } from "./resampled-test.ts";

/** A method as every other one sees it. */
export interface PairMember {
  readonly name: string;
  /** 1 right, 0 wrong, for the same rows in the same order as every other member. Shape: N. */
  readonly correct: ArrayLike<number>;
  /** Of every fold, one round after the other; absent where nothing was fitted anew for a fold. Shape: R K. */
  readonly foldAccuracies?: readonly number[] | undefined;
}

/** Two methods under the deciding test, with McNemar's beside it. */
export interface Pair extends ResampledComparison {
  /** The one with the higher rank. */
  readonly a: string;
  readonly b: string;
  /** `pValue` corrected for the number of pairs. */
  readonly adjustedP: number;
  /** True where chance explains the difference badly: corrected p under 0.05 and the interval above 0. */
  readonly isClear: boolean;
  /** Of the first round's pooled predictions: whether these very models differ on photos like these. */
  readonly mcNemar: { readonly onlyA: number; readonly onlyB: number; readonly pValue: number };
}

/**
 * Every pair of ranked methods, the better one first. What decides is the corrected resampled test where methods were fitted anew
 * for each fold (`folds` of a round), McNemar's test where they were judged as they are; Holm's correction over all pairs.
 */
export function comparePairs(
  ranked: readonly PairMember[],
  { folds, groups }: { folds?: number | undefined; groups?: Groups | undefined },
): Pair[] {
  const pairs = ranked.flatMap((a, i) =>
    ranked.slice(i + 1).map((b) => {
      const { onlyA, onlyB, pValue, ...paired } = comparePaired(a.correct, b.correct, groups);
      const deciding =
        folds === undefined || a.foldAccuracies === undefined || b.foldAccuracies === undefined
          ? { ...paired, pValue, repeats: 1 }
          : compareResampled(
              { foldAccuracies: a.foldAccuracies, correct: a.correct },
              { foldAccuracies: b.foldAccuracies, correct: b.correct },
              { folds, groups },
            );
      return { a: a.name, b: b.name, ...deciding, mcNemar: { onlyA, onlyB, pValue } };
    }),
  );
  const adjusted = holmAdjust(pairs.map(({ pValue }) => pValue));
  return pairs.map((pair, i) => {
    const adjustedP = adjusted[i]!;
    return { ...pair, adjustedP, isClear: adjustedP < 0.05 && pair.low > 0 };
  });
}
