import { architectureNames, buildArchitecture } from "../backbones/architectures/registry.ts";
import { initialise } from "../backbones/architectures/initialise.ts";
import type { Backbone } from "../backbones/backbone.ts";
import type { Card } from "../backbones/card.ts";
import { RootstockError } from "../base/errors.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { randomWeights } from "./random-weights.ts";
import { restoreBatchNorm } from "./restore-batch-norm.ts";

/** A backbone's network with random weights, and how like it is to the pretrained one. */
export interface UntrainedBackbone {
  readonly backbone: Backbone;
  /**
   * `architecture`: built layer by layer as published, batch normalisation included. `graph`: the file's own graph;
   * `graph, batch normalisation restored`: the same, where the export had folded it away.
   */
  readonly origin: "architecture" | "graph" | "graph, batch normalisation restored";
}

/**
 * The network to train from scratch: the published architecture where the card's name is one we can build, else the
 * file's own graph, with batch normalisation put back behind its convolutions. `size` in pixels, null for the card's.
 * Throws E_OPTION for another size of a graph that only its file knows.
 */
export function untrainedBackbone(
  { card, model, ...rest }: Backbone,
  { size, seed }: { size: number | null; seed: number },
): UntrainedBackbone {
  const side = size ?? card.preprocessing.width;
  const preprocessing = resized(card.preprocessing, side);
  const name = architectureOf(card);
  if (name !== undefined) {
    const architecture = buildArchitecture(name, { size: side });
    const backbone = {
      ...rest,
      model: initialise(architecture, seed),
      card: { ...architecture.card, preprocessing },
    };
    return { backbone, origin: "architecture" };
  }
  if (side !== card.preprocessing.width)
    throw new RootstockError(
      "E_OPTION",
      `scratch: expected ${card.preprocessing.width} pixels, the size that ${card.name} was exported for, got ${side}.`,
      { hint: "Train it at that size: --size own, or leave `size` out of the recipe." },
    );
  const restored = restoreBatchNorm(model.graph);
  const graph = randomWeights(restored, seed);
  const origin = restored === model.graph ? "graph" : "graph, batch normalisation restored";
  return { backbone: { ...rest, card, model: { ...model, graph } }, origin };
}

/** "mobilenetv2" is the card's spelling of the architecture "mobilenet_v2". */
function architectureOf({ name, architecture }: Card): string | undefined {
  const plain = (text: string): string => text.replaceAll("_", "");
  return architecture ?? architectureNames.find((known) => plain(known) === plain(name));
}

function resized(preprocessing: Preprocessing, side: number): Preprocessing {
  const { width, resize } = preprocessing;
  const scaled =
    resize.kind === "shortSide" ? { ...resize, size: Math.round((resize.size * side) / width) } : resize;
  return { ...preprocessing, width: side, height: side, resize: scaled };
}
