import { type Words, english } from "../words/en/en.ts";
import type { Estimate } from "./accuracy-interval.ts";
import type { Groups } from "../data/folds.ts";
import { type Cost, cheapestOf } from "./cost.ts";
import { type Pair, comparePairs } from "./pairs.ts";

/** What decides who comes first: nothing in it differs between equal runs. */
export interface Ranked {
  readonly name: string;
  readonly accuracy: Pick<Estimate, "mean">;
  /** How much a method is made of; compared place by place, less is simpler. Default: nothing. */
  readonly complexity?: readonly number[];
}

/** Sorts the highest accuracy first, of equals the simplest, of those the first by name. */
export function byMerit(a: Ranked, b: Ranked): number {
  const [mine = [], other = []] = [a.complexity, b.complexity];
  const simpler = mine.map((place, i) => place - (other[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return b.accuracy.mean - a.accuracy.mean || simpler || (a.name < b.name ? -1 : 1);
}

/** A method that was judged. */
export interface Contender extends Ranked {
  readonly accuracy: Estimate;
  /** 1 right, 0 wrong, for the same rows in the same order as every other contender. Shape: N. */
  readonly correct: ArrayLike<number>;
  /** Of every fold, one round after the other; absent where nothing was fitted anew for a fold. Shape: R K. */
  readonly foldAccuracies?: readonly number[] | undefined;
  /** What measuring it took, in seconds: features, fit and predict over all folds. */
  readonly seconds: number;
  /** What its model costs whoever uses it, where that is known. */
  readonly cost?: Cost | undefined;
  /** Its accuracy on rows kept aside for the end, where there are such. */
  readonly holdout?: number | undefined;
  /** Whether it was stopped while it still learnt: what it has reached is then not what it can reach. */
  readonly isCutShort?: boolean;
}

/** What contenders are judged by, beside their answers. */
export interface JudgeOptions {
  readonly groups?: Groups | undefined;
  /** Folds of one round of the cross-validation; absent: all were judged as they are, none was fitted anew. */
  readonly folds?: number | undefined;
  /** What always answering the most common class would reach. */
  readonly baseline?: { readonly label: string; readonly accuracy: number } | undefined;
  /** Default: English. */
  readonly words?: Words | undefined;
}

/** The winner against one other method. */
export interface WinnerComparison extends Omit<Pair, "a" | "b"> {
  readonly against: string;
  /** The other was stopped while it still learnt: to be behind is no finding about the method. */
  readonly isCutShort: boolean;
}

/** Who won, by how much, and whether that means anything. */
export interface Verdict {
  /** The highest accuracy, and of equals the simplest; null where nothing finished. */
  readonly winner: string | null;
  /** One short sentence, for a title. */
  readonly headline: string;
  /** Two to five sentences in plain words; the headline is not repeated in them. */
  readonly text: string;
  /** The winner against each other method, best first. */
  readonly comparisons: readonly WinnerComparison[];
  /** Every method against every one behind it, best first. */
  readonly pairs: readonly Pair[];
}

/**
 * Ranks methods judged on the same rows and says the outcome in words that promise no more than the numbers hold.
 * A method is called better only where the deciding test says so after Holm's correction over all pairs; of those that
 * nothing tells from the winner the cheapest is named.
 */
export function judge(contenders: readonly Contender[], options: JudgeOptions = {}): Verdict {
  const { words: { verdict } = english } = options;
  const ranked = contenders.toSorted(byMerit);
  const winner = ranked[0];
  if (winner === undefined)
    return { winner: null, headline: verdict.noneFinished, text: "", comparisons: [], pairs: [] };
  const pairs = comparePairs(ranked, options);
  const comparisons = withWinner(ranked, pairs);
  const { name, accuracy, correct, holdout } = winner;
  const sentences = [
    verdict.range(correct.length, accuracy),
    ...differenceSentences(name, comparisons, verdict),
    ...costSentence(ranked, comparisons, verdict),
    ...cutShortSentence(ranked, verdict),
    ...(holdout === undefined ? [] : [verdict.holdout(name, holdout)]),
    ...baselineSentence(winner, options.baseline, verdict),
  ];
  return {
    winner: name,
    headline: headlineOf(winner, comparisons, verdict),
    text: verdict.join(sentences),
    comparisons,
    pairs,
  };
}

type VerdictWords = Words["verdict"];

function withWinner([winner, ...others]: readonly Contender[], pairs: readonly Pair[]): WinnerComparison[] {
  return others.map(({ name, isCutShort = false }) => {
    const { a: _, b: against, ...pair } = pairs.find(({ a, b }) => a === winner!.name && b === name)!;
    return { ...pair, against, isCutShort };
  });
}

function headlineOf(
  { name, accuracy: { mean } }: Contender,
  comparisons: readonly WinnerComparison[],
  verdict: VerdictWords,
): string {
  if (comparisons.length === 0) return verdict.gets(name, mean);
  const isAlone = comparisons.every(({ isClear, isCutShort }) => isClear && !isCutShort);
  return isAlone ? verdict.isClearlyBest(name, mean) : verdict.comesFirst(name, mean);
}

function differenceSentences(
  winner: string,
  all: readonly WinnerComparison[],
  verdict: VerdictWords,
): string[] {
  const comparisons = all.filter(({ isCutShort }) => !isCutShort);
  const next = comparisons[0];
  if (next === undefined) return [];
  const tied = comparisons.filter((comparison) => !comparison.isClear);
  const beaten = comparisons.filter((comparison) => comparison.isClear);
  if (tied.length === 0) return [verdict.beats(next.against, next, beaten.length - 1)];
  const names = beaten.map(({ against }) => against);
  return [
    tieSentence(winner, tied, verdict),
    ...(names.length > 0 ? [verdict.isBetterThan(winner, names)] : []),
  ];
}

function tieSentence(winner: string, tied: readonly WinnerComparison[], verdict: VerdictWords): string {
  const names = [winner, ...tied.map(({ against }) => against)];
  const first = tied[0]!;
  if (tied.length > 1) return verdict.chance(names);
  return first.difference === 0 ? verdict.level(names) : verdict.leads(names, first);
}

/** Neither better nor worse is said of a method that was stopped on its way. */
function cutShortSentence(ranked: readonly Contender[], verdict: VerdictWords): string[] {
  const names = ranked.filter(({ isCutShort }) => isCutShort === true).map(({ name }) => name);
  return names.length === 0 ? [] : [verdict.cutShort(names)];
}

/**
 * Worth a word only where the choice is open: the cheapest of those that nothing tells from the winner, McNemar's test on these
 * very photos included, so that nobody is sent to a recipe that was visibly behind.
 */
function costSentence(
  ranked: readonly Contender[],
  comparisons: readonly WinnerComparison[],
  verdict: VerdictWords,
): string[] {
  const winner = ranked[0]!;
  const tied = ranked.slice(1).filter((_, i) => !comparisons[i]!.isClear && !comparisons[i]!.isCutShort);
  if (tied.length === 0) return [];
  const level = ranked.filter(
    (one, rank) => tied.includes(one) && comparisons[rank - 1]!.mcNemar.pValue >= 0.05,
  );
  const cheapest = cheapestOf([winner, ...level]);
  return [
    cheapest === winner
      ? verdict.isCheapest(winner.name, priceOf(winner))
      : verdict.takeCheapest(cheapest.name, priceOf(cheapest), winner.name, priceOf(winner)),
  ];
}

function priceOf({ seconds, cost }: Contender): { seconds: number; cost: Cost | undefined } {
  return { seconds, cost };
}

function baselineSentence(
  { name, accuracy }: Contender,
  baseline: JudgeOptions["baseline"],
  verdict: VerdictWords,
): string[] {
  if (baseline === undefined || accuracy.low > baseline.accuracy) return [];
  return [verdict.careful(name, baseline.label, baseline.accuracy)];
}
