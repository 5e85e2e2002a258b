import type { TrainingOutcome } from "../evaluate/training.ts";
import { type TrainedFrom, english } from "../words/en/en.ts";
import type { MeasuredRecipe } from "./run-record.ts";

/** What training a recipe's network took, a fold: means over the folds. */
export interface TrainingSummary {
  readonly epochs: number;
  /** The epoch that was kept. */
  readonly bestEpoch: number;
  /** Examples seen, each as often as it was. */
  readonly imagesSeen: number;
  /** Wall time of the fit. */
  readonly seconds: number;
  /** The highest learning rate, geometric mean; null where the recipe names none. */
  readonly rate: number | null;
  /** What was trained, in English, and the same as facts. */
  readonly network: string;
  readonly trainedFrom: TrainedFrom;
  /**
   * Whether it ended because its epochs were used up in most folds, although it was to go on until it stops improving:
   * its accuracy is then what it had reached, not what it can reach.
   */
  readonly isCutShort: boolean;
}

/** Null for a recipe that trains no network. */
export function trainingSummary(recipe: MeasuredRecipe): TrainingSummary | null {
  const { chosen, seconds, training = [] } = recipe;
  const outcomes = training.flatMap(({ outcome }) => outcome ?? []);
  if (outcomes.length === 0) return null;
  const mean = (key: "epochs" | "bestEpoch" | "imagesSeen"): number =>
    average(outcomes.map((outcome) => outcome[key]));
  const logRate = average(chosen.map(({ rate }) => Math.log(Number(rate ?? Number.NaN))));
  const trainedFrom = {
    ...startOf(outcomes[0]!, recipe),
    isRefitted: outcomes.every(({ isRefitted }) => isRefitted),
  };
  return {
    epochs: mean("epochs"),
    bestEpoch: mean("bestEpoch"),
    imagesSeen: mean("imagesSeen"),
    seconds: seconds.fit / outcomes.length,
    rate: Number.isFinite(logRate) ? Math.exp(logRate) : null,
    network: english.comparison.network(trainedFrom),
    trainedFrom,
    isCutShort: isCutShort(recipe, outcomes),
  };
}

/** A recipe with neither patience nor random weights has a planned number of epochs, and ends as planned. */
function isCutShort({ resolved }: MeasuredRecipe, outcomes: readonly TrainingOutcome[]): boolean {
  const { kind, patience } = (resolved ?? {}) as {
    readonly kind?: string;
    readonly patience?: number | null;
  };
  const isOpen = kind === "scratch" || typeof patience === "number";
  return isOpen && outcomes.filter(({ stoppedBy }) => stoppedBy === "epochs").length > outcomes.length / 2;
}

/** Where the network came from: the backbone, or from random weights, and then how like the backbone's it is. */
function startOf(
  { network, size, frozenTo }: TrainingOutcome,
  { pretrained }: MeasuredRecipe,
): Omit<TrainedFrom, "isRefitted"> {
  const kept = pretrained === false ? "hand-made" : "pretrained";
  return { start: frozenTo === null ? "random weights" : kept, frozenTo, network, size };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
