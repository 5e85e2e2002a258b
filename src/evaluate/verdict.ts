import {
  formatList,
  formatPercent,
  formatPoints,
  formatQuantity,
  formatSeconds,
} from "../base/format-number.ts";
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
  /** Two to five sentences in plain English; the headline is not repeated in them. */
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
  const ranked = contenders.toSorted(byMerit);
  const winner = ranked[0];
  if (winner === undefined)
    return { winner: null, headline: "No recipe finished", text: "", comparisons: [] };
  const comparisons = compareWithOthers(winner, ranked.slice(1), options.groups);
  const sentences = [
    rangeSentence(winner),
    ...differenceSentences(winner, comparisons),
    ...costSentence(ranked, comparisons),
    ...cutShortSentence(ranked),
    ...holdoutSentence(winner),
    ...baselineSentence(winner, options.baseline),
  ];
  return {
    winner: winner.name,
    headline: headlineOf(winner, comparisons),
    text: sentences.join(" "),
    comparisons,
  };
}

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

function headlineOf(winner: Contender, comparisons: readonly WinnerComparison[]): string {
  const share = formatPercent(winner.accuracy.mean);
  if (comparisons.length === 0) return `${winner.name} gets ${share} of the images right`;
  const isAlone = comparisons.every(({ isClear, isCutShort }) => isClear && !isCutShort);
  if (isAlone) return `${winner.name} is clearly best: ${share} of the images right`;
  return `${winner.name} comes first with ${share} of the images right`;
}

function rangeSentence({ accuracy, correct }: Contender): string {
  const { low, high } = accuracy;
  return (
    `Judged on ${formatQuantity(correct.length, "image")} it had not learned from, it is right on ` +
    `${formatPercent(accuracy.mean)} (95 % interval ${formatPercent(low)} to ${formatPercent(high)}).`
  );
}

function differenceSentences(winner: Contender, all: readonly WinnerComparison[]): string[] {
  const comparisons = all.filter(({ isCutShort }) => !isCutShort);
  const next = comparisons[0];
  if (next === undefined) return [];
  const tied = comparisons.filter((comparison) => !comparison.isClear);
  const beaten = comparisons.filter((comparison) => comparison.isClear);
  if (tied.length === 0) {
    const rest = beaten.length > 1 ? ", and the others by more" : "";
    return [`It beats ${next.against}, the next best, by ${describe(next)}, a clear difference${rest}.`];
  }
  const sentences = [tieSentence(winner, tied)];
  if (beaten.length > 0) {
    const names = formatList(beaten.map(({ against }) => against));
    sentences.push(`${winner.name} is clearly better than ${names}.`);
  }
  return sentences;
}

function tieSentence(winner: Contender, tied: readonly WinnerComparison[]): string {
  const names = formatList([winner.name, ...tied.map(({ against }) => against)]);
  const first = tied[0]!;
  if (tied.length > 1) return `There is no clear difference between ${names}: chance alone could explain it.`;
  const lead = first.difference === 0 ? "they are level" : `${winner.name} leads by ${describe(first)}`;
  return `There is no clear difference between ${names}: ${lead}.`;
}

function describe({ difference, low, high }: WinnerComparison): string {
  return `${formatPoints(difference)} points (95 % interval ${formatPoints(low)} to ${formatPoints(high)})`;
}

/** Neither better nor worse is said of a method that was stopped on its way. */
function cutShortSentence(ranked: readonly Contender[]): string[] {
  const names = ranked.filter(({ isCutShort }) => isCutShort === true).map(({ name }) => name);
  if (names.length === 0) return [];
  const [was, it] = names.length === 1 ? ["was", "it"] : ["were", "they"];
  return [
    `${formatList(names)} ${was} cut short: in most folds the epochs were used up before ${it} ${was} seen to ` +
      `improve no more, so what ${it} can reach was not measured (--epochs gives more).`,
  ];
}

/** Worth a word only where the choice is open: the fastest of those that chance cannot tell from the winner. */
function costSentence(ranked: readonly Contender[], comparisons: readonly WinnerComparison[]): string[] {
  const winner = ranked[0]!;
  const tied = ranked.slice(1).filter((_, i) => !comparisons[i]!.isClear && !comparisons[i]!.isCutShort);
  if (tied.length === 0) return [];
  const fastest = tied.reduce((best, other) => (other.seconds < best.seconds ? other : best));
  const factor = winner.seconds / fastest.seconds;
  if (!(factor >= 3)) return [];
  const times = factor < 10 ? factor.toFixed(1) : Math.round(factor).toString();
  return [
    `${fastest.name} is ${times} times faster (${formatSeconds(fastest.seconds)} against ` +
      `${formatSeconds(winner.seconds)}), so it may be the better choice.`,
  ];
}

function holdoutSentence({ name, holdout }: Contender): string[] {
  if (holdout === undefined) return [];
  return [`On the images kept aside until the end, ${name} is right on ${formatPercent(holdout)}.`];
}

function baselineSentence({ name, accuracy }: Contender, baseline: JudgeOptions["baseline"]): string[] {
  if (baseline === undefined || accuracy.low > baseline.accuracy) return [];
  return [
    `Be careful: always answering ${JSON.stringify(baseline.label)} would be right on ` +
      `${formatPercent(baseline.accuracy)}, and ${name} is not clearly better than that.`,
  ];
}
