import { type Words, english } from "../words/en/en.ts";
import type { Estimate } from "./accuracy-interval.ts";
import type { Groups } from "../data/folds.ts";
import { type PairedComparison, comparePaired, holmAdjust } from "./paired-comparison.ts";

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
  /** What its answer costs, in seconds: features, fit and predict over all folds. */
  readonly seconds: number;
  /** Its accuracy on rows kept aside for the end, where there are such. */
  readonly holdout?: number | undefined;
  /** Whether it was stopped while it still learnt: what it has reached is then not what it can reach. */
  readonly isCutShort?: boolean;
}

/** What contenders are judged by, beside their answers. */
export interface JudgeOptions {
  readonly groups?: Groups | undefined;
  /** What always answering the most common class would reach. */
  readonly baseline?: { readonly label: string; readonly accuracy: number } | undefined;
  /** Default: English. */
  readonly words?: Words | undefined;
}

/** The winner against one other method. */
export interface WinnerComparison extends PairedComparison {
  readonly against: string;
  /** `pValue` corrected for the number of methods compared. */
  readonly adjustedP: number;
  /** True where chance explains the difference badly: corrected p under 0.05 and the interval above 0. */
  readonly isClear: boolean;
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
}

/**
 * Ranks methods judged on the same rows and says the outcome in words that promise no more than the numbers hold.
 * A method is called better only where the paired test says so after Holm's correction; a method within chance of
 * the winner and at least three times faster is named as the cheaper choice.
 */
export function judge(contenders: readonly Contender[], options: JudgeOptions = {}): Verdict {
  const { words: { verdict } = english } = options;
  const ranked = contenders.toSorted(byMerit);
  const winner = ranked[0];
  if (winner === undefined)
    return { winner: null, headline: verdict.noneFinished, text: "", comparisons: [] };
  const comparisons = compareWithOthers(winner, ranked.slice(1), options.groups);
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
  };
}

type VerdictWords = Words["verdict"];

function compareWithOthers(
  winner: Contender,
  others: readonly Contender[],
  groups: Groups | undefined,
): WinnerComparison[] {
  const pairs = others.map((other) => comparePaired(winner.correct, other.correct, groups));
  const adjusted = holmAdjust(pairs.map((pair) => pair.pValue));
  return pairs.map((pair, i) => ({
    ...pair,
    against: others[i]!.name,
    adjustedP: adjusted[i]!,
    isClear: adjusted[i]! < 0.05 && pair.low > 0,
    isCutShort: others[i]!.isCutShort === true,
  }));
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

/** Worth a word only where the choice is open: the fastest of those that chance cannot tell from the winner. */
function costSentence(
  ranked: readonly Contender[],
  comparisons: readonly WinnerComparison[],
  verdict: VerdictWords,
): string[] {
  const winner = ranked[0]!;
  const tied = ranked.slice(1).filter((_, i) => !comparisons[i]!.isClear && !comparisons[i]!.isCutShort);
  if (tied.length === 0) return [];
  const fastest = tied.reduce((best, other) => (other.seconds < best.seconds ? other : best));
  const factor = winner.seconds / fastest.seconds;
  if (!(factor >= 3)) return [];
  const times = factor < 10 ? factor.toFixed(1) : Math.round(factor).toString();
  return [
    verdict.faster(fastest.name, winner.name, { fastest: fastest.seconds, winner: winner.seconds, times }),
  ];
}

function baselineSentence(
  { name, accuracy }: Contender,
  baseline: JudgeOptions["baseline"],
  verdict: VerdictWords,
): string[] {
  if (baseline === undefined || accuracy.low > baseline.accuracy) return [];
  return [verdict.careful(name, baseline.label, baseline.accuracy)];
}
