import { gradientGraph } from "../autodiff/gradient-graph.ts";
import { RootstockError } from "../base/errors.ts";
import type { TunableNetwork } from "./tunable-network.ts";

/**
 * Writes the gradients of all that a network would train, for a batch of two, and throws away the graph: what stands
 * against the training is found before any picture is read. Nothing is computed.
 * Throws E_SHAPE for a batch that the file fixes and for dimensions that follow from data, E_NO_GRADIENT for shapes and
 * axes that do.
 */
export function rehearseTraining({ whole, tuned, depths }: TunableNetwork, subject: string): void {
  const batch = whole.inputs[0]?.dims?.[0];
  if (typeof batch === "number")
    throw new RootstockError(
      "E_SHAPE",
      `backbone ${JSON.stringify(subject)}: expected a free batch dimension to train with, got a batch of ${batch}.`,
      {
        hint: "Export the network with a free batch dimension, or use it as a feature extractor, with a recipe like svm.",
      },
    );
  if (tuned !== null && depths.size > 0) gradientGraph(tuned, { of: [...depths.keys()], batchSize: 2 });
}
