import type { Run } from "../base/events.ts";
import { type TrainOptions, type TrainResult, train } from "./train.ts";

/** As for `train`; the recipe is `fine-tune` unless another of its kind is named. */
export interface FineTuneOptions extends Omit<TrainOptions, "recipe"> {
  readonly recipe?: string | undefined;
}

/**
 * Trains a pretrained network again on your photos, with new layers at its end, and writes the model folder. `head`
 * sets the new fully connected layers, `freezeTo` how much of the network stays as it is.
 *
 * @example
 * const { training } = await fineTune("photos", { backbones: ["alexnet"], head: [4096, 4096], out: "model" }).result;
 */
export function fineTune(data: string, options: FineTuneOptions): Run<TrainResult> {
  return train(data, { ...options, recipe: options.recipe ?? "fine-tune" });
}
