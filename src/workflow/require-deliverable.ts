import { RootstockError, isAbort } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { composeModel } from "../bundle/compose-model.ts";
import type { Engine } from "../engine/engine.ts";
import { dimensionsOf, featureModel } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import { createBuilder } from "../graph/build.ts";
import type { Graph, Model } from "../graph/graph.ts";
import { floatTensor } from "../graph/tensor.ts";
import { type FeatureUse, type Plan, takesFeatures, useKey } from "./plan.ts";

/**
 * Composes the model that each backbone in use would be delivered in, with a stand-in for the classifier, and loads it:
 * what cannot be joined or run is refused before a picture is read, and not after all the measuring.
 * Throws E_OPERATOR, E_SHAPE or E_ENGINE for the first backbone that cannot, naming it.
 */
export async function requireDeliverable(
  plans: readonly Plan[],
  { engine, signal }: WorkOptions & { engine: Engine },
): Promise<void> {
  const uses = plans.filter(takesFeatures).flatMap((plan) => plan.uses);
  for (const use of new Map(uses.map((one) => [useKey(one), one])).values()) {
    try {
      await using _session = await engine.load(standIn(use), { signal });
    } catch (error) {
      if (isAbort(error) || !(error instanceof RootstockError)) throw error;
      throw new RootstockError(
        error.code,
        `backbone ${JSON.stringify(use.backbone.name)}: ${error.message}`,
        {
          hint:
            error.hint ||
            "This network cannot be part of a model: export it again, or choose another backbone.",
          cause: error,
        },
      );
    }
  }
}

/** The model that a use would be delivered in, with two scores of nothing. */
export function standIn({ backbone, layer: name, pooling, views }: FeatureUse): Model {
  const layer = resolveLayer(backbone, name);
  const { preprocessing } = backbone.card;
  const branch = { preprocessing, features: featureModel(backbone, layer, pooling, views) };
  return composeModel([branch], twoScores(dimensionsOf(layer, pooling)));
}

function twoScores(dimensions: number): Graph {
  const b = createBuilder("stand-in");
  const weight = b.constant(floatTensor([dimensions, 2], new Float32Array(2 * dimensions)));
  b.output(b.op("MatMul", [b.input("features", "float32", ["N", dimensions]), weight]), "logits", "float32", [
    "N",
    2,
  ]);
  return b.graph();
}
