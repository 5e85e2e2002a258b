import { createModel } from "../graph/create-model.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import { foldBatchNorm } from "../graph/edit/fold-batch-norm.ts";
import { narrowWeights } from "../graph/edit/half-weights.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import { type Tensor, sizeOf } from "../graph/tensor.ts";
import { hashBytes } from "../files/hash-file.ts";
import type { Architecture } from "./architectures/architecture.ts";
import { withParameters } from "./architectures/initialise.ts";
import type { Card } from "./card.ts";

/**
 * A trained network's trunk as the file of a backbone, and its card: the part up to the default layer, batch normalisation
 * folded into the convolutions, weights as float16. `tensors`: the parameters by name, the head's or not.
 * What no architecture knows (source, notes) is the caller's to put on the card.
 */
export function encodeTrunk(
  architecture: Architecture,
  tensors: ReadonlyMap<string, Tensor>,
): { readonly bytes: Uint8Array; readonly card: Card } {
  const { card, name } = architecture;
  const end = card.layers.findIndex((layer) => layer.name === card.defaultLayer);
  const layers = card.layers.slice(0, end + 1);
  const trunk = cutAt(withParameters(architecture, tensors), layers[end]!.value);
  const folded = foldBatchNorm(trunk.graph, { keep: layers.map(({ value }) => value) });
  const bytes = encodeModel(createModel(narrowWeights(folded), [["architecture", name]]));
  const parameters = [...folded.initializers.values()].reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  return { bytes, card: { ...card, layers, parameters, sha256: hashBytes(bytes) } };
}
