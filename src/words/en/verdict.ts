import {
  formatFigures,
  formatList,
  formatPercent,
  formatPoints,
  formatQuantity,
  formatSeconds,
} from "../../base/format-number.ts";
import { quoteList } from "../../base/errors.ts";

/** A difference with its 95 % interval, as shares. */
export interface Difference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** What a method took to be measured, and what its model costs where that is known. */
export interface Price {
  readonly seconds: number;
  readonly cost: { readonly megabytes: number; readonly milliseconds: number } | undefined;
}

const priced = ({ seconds, cost }: Price): string =>
  [
    `measured in ${formatSeconds(seconds)}`,
    ...(cost === undefined
      ? []
      : [`${formatFigures(cost.megabytes, 2)} MB`, `${formatFigures(cost.milliseconds, 2)} ms a prediction`]),
  ].join(", ");

const describe = ({ difference, low, high }: Difference): string =>
  `${formatPoints(difference)} points (95 % interval ${formatPoints(low)} to ${formatPoints(high)})`;

/** Who won, by how much, and whether that means anything: a sentence each. */
export const verdict = {
  join: (sentences: readonly string[]): string => sentences.join(" "),
  whole: (headline: string, text: string): string => `${headline}. ${text}`,
  leftOut: (names: readonly string[]): string =>
    `Nothing is said of ${formatList(names)}, left out because the time given would not do.`,
  blendAside: (name: string, share: number): string =>
    `${name} averages the others to ${formatPercent(share)}: too little more, or too dear a prediction, to take it for one recipe.`,
  noneFinished: "No recipe finished",
  gets: (name: string, share: number): string => `${name} gets ${formatPercent(share)} of the images right`,
  isClearlyBest: (name: string, share: number): string =>
    `${name} is clearly best: ${formatPercent(share)} of the images right`,
  comesFirst: (name: string, share: number): string =>
    `${name} comes first with ${formatPercent(share)} of the images right`,
  range: (images: number, { mean, low, high }: { mean: number; low: number; high: number }): string =>
    `Judged on ${formatQuantity(images, "image")} it had not learned from, it is right on ` +
    `${formatPercent(mean)} (95 % interval ${formatPercent(low)} to ${formatPercent(high)}).`,
  beats: (next: string, by: Difference, others: number): string =>
    `It beats ${next}, the next best, by ${describe(by)}, a clear difference${others > 0 ? ", and the others by more" : ""}.`,
  chance: (names: readonly string[]): string =>
    `There is no clear difference between ${formatList(names)}: chance alone could explain it.`,
  level: (names: readonly string[]): string =>
    `There is no clear difference between ${formatList(names)}: they are level.`,
  leads: (names: readonly string[], by: Difference): string =>
    `There is no clear difference between ${formatList(names)}: ${names[0]} leads by ${describe(by)}.`,
  isBetterThan: (winner: string, names: readonly string[]): string =>
    `${winner} is clearly better than ${formatList(names)}.`,
  cutShort: (names: readonly string[]): string => {
    const [was, it] = names.length === 1 ? ["was", "it"] : ["were", "they"];
    return (
      `${formatList(names)} ${was} cut short: in most folds the epochs were used up before ${it} ${was} seen to ` +
      `improve no more, so what ${it} can reach was not measured (--epochs gives more).`
    );
  },
  takeCheapest: (cheapest: string, price: Price, winner: string, winners: Price): string =>
    `No measurable difference: take the cheapest, ${cheapest} (${priced(price)}; ${winner} ${priced(winners)}).`,
  isCheapest: (winner: string, price: Price): string =>
    `No measurable difference, and ${winner} is the cheapest of them too (${priced(price)}).`,
  holdout: (name: string, share: number): string =>
    `On the images kept aside until the end, ${name} is right on ${formatPercent(share)}.`,
  careful: (name: string, label: string, share: number): string =>
    `Be careful: always answering ${JSON.stringify(label)} would be right on ` +
    `${formatPercent(share)}, and ${name} is not clearly better than that.`,
  cause: (cause: string, others: boolean): string =>
    `The ${others ? "first cause" : "cause"}: ${cause}${others ? " The others are named with their recipes." : ""}`,
  neverLearnt: (classes: readonly string[]): string =>
    `Never learnt, since only the holdout has pictures of it: ${quoteList(classes)}.`,
  noPicture: (folders: readonly string[]): string =>
    `Without a picture, and so no class: ${quoteList(folders)}.`,
};
