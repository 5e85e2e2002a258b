import type { TrainingOutcome } from "../evaluate/training.ts";
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
  /** What was trained, in words. */
  readonly network: string;
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
  return {
    epochs: mean("epochs"),
    bestEpoch: mean("bestEpoch"),
    imagesSeen: mean("imagesSeen"),
    seconds: seconds.fit / outcomes.length,
    rate: Number.isFinite(logRate) ? Math.exp(logRate) : null,
    network:
      networkOf(outcomes[0]!, recipe) + (outcomes.every(({ isRefitted }) => isRefitted) ? ", refitted" : ""),
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
function networkOf({ network, size, frozenTo }: TrainingOutcome, { pretrained }: MeasuredRecipe): string {
  if (frozenTo !== null) {
    const start = pretrained === false ? "hand-made, not pretrained" : "pretrained";
    if (frozenTo === "all") return `${start}, all of it kept, the head alone trained`;
    return frozenTo === "none" ? `${start}, all trained` : `${start}, kept up to ${frozenTo}`;
  }
  const origin = origins[network] ?? network;
  return size === null ? origin : `${origin}, at ${size} pixels`;
}

const origins: Readonly<Record<string, string>> = {
  architecture: "random weights, the architecture as published",
  graph: "random weights, the file’s own graph",
  "graph, batch normalisation restored":
    "random weights, the file’s own graph with batch normalisation put back behind every convolution",
};

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
