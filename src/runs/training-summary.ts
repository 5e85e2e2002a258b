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
    network: networkOf(outcomes[0]!) + (outcomes.every(({ isRefitted }) => isRefitted) ? ", refitted" : ""),
  };
}

/** Where the network came from: the pretrained one, or from random weights, and then how like the pretrained one it is. */
function networkOf({ network, size, frozenTo }: TrainingOutcome): string {
  if (frozenTo !== null)
    return frozenTo === "none" ? "pretrained, all trained" : `pretrained, kept up to ${frozenTo}`;
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
