import { trainableParameters } from "../autodiff/trainable-parameters.ts";
import type { Backbone } from "../backbones/backbone.ts";
import type { CardLayer } from "../backbones/card.ts";
import { dimensionsOf, featureModel, type Pooling } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import { cutFrom } from "../graph/edit/cut-from.ts";
import { foldBatchNorm } from "../graph/edit/fold-batch-norm.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph } from "../graph/graph.ts";
import { upgradeOpset } from "../graph/onnx/upgrade-opset.ts";
import { type Freeze, freezeTo } from "./freeze.ts";
import type { FrozenPlace } from "./frozen-views.ts";
import { requireGradients } from "./require-gradients.ts";

/** A backbone taken apart where its frozen part ends. */
export interface TunableNetwork {
  /** Pixels -> `features` [N, D]; batch normalisation, whose statistics stay, is part of its convolutions. */
  readonly whole: Graph;
  /** D */
  readonly dimensions: number;
  /** The frozen part, computed once; null where nothing is frozen. */
  readonly frozen: FrozenPlace | null;
  /** From the frozen part's values (or the pixels) to `features`; null where all is frozen. */
  readonly tuned: Graph | null;
  /** Trained parameters in the graph's names, with their groups counted from the top: 0 for the last. */
  readonly depths: ReadonlyMap<string, number>;
  readonly freeze: Freeze;
}

/**
 * Takes a backbone apart for tuning: frozen up to a parameter group (see `freezeTo`), trained behind it.
 * Throws E_LAYER for an unknown layer or group, and for a boundary with a shortcut around it; E_NO_GRADIENT where what is
 * trained passes its gradient through operators without one, all of them named.
 */
export function tunableNetwork(
  backbone: Backbone,
  { layer: name, pooling, upTo }: { layer: string; pooling: Pooling; upTo: string | null },
): TunableNetwork {
  const layer = resolveLayer(backbone, name);
  const freeze = freezeTo(backbone, layer, upTo);
  const { boundary, unfrozen } = freeze;
  const features = pixelsToFeatures(backbone, layer, pooling);
  const whole = foldBatchNorm(features, { keep: boundary === null ? [] : [`network/${boundary.value}`] });
  const dimensions = dimensionsOf(layer, pooling);
  const common = { whole, dimensions, freeze, depths: depthsOf(freeze, whole) };
  if (unfrozen.length === 0) {
    const place = {
      backbone,
      layer: layer.name,
      value: layer.value,
      pooling,
      dims: [dimensions],
      trunk: whole,
    };
    return { ...common, frozen: place, tuned: null };
  }
  requireGradients(whole, { backbone, layer, freeze, trained: new Set(common.depths.keys()) });
  if (boundary === null) return { ...common, frozen: null, tuned: whole };
  const value = `network/${boundary.value}`;
  const trunk = cutAt(createModel(whole), value).graph;
  const { name: place, shape: dims } = boundary;
  return {
    ...common,
    frozen: { backbone, layer: place, value: boundary.value, pooling: "flat", dims, trunk },
    tuned: cutFrom(whole, value, { dims: ["N", ...dims] }),
  };
}

/** Of a group's parameters those that are left once batch normalisation is part of its convolutions. */
function depthsOf({ unfrozen }: Freeze, whole: Graph): Map<string, number> {
  const trained = new Set(trainableParameters(whole));
  const depths = unfrozen
    .toReversed()
    .flatMap(({ parameters }, depth) => parameters.map((name) => [`network/${name}`, depth] as const));
  return new Map(depths.filter(([name]) => trained.has(name)));
}

/** A backbone's graph from its pixels to `features`, in written form, with its input at the card's size. */
export function pixelsToFeatures(backbone: Backbone, layer: CardLayer, pooling: Pooling): Graph {
  const { graph } = upgradeOpset(featureModel(backbone, layer, pooling));
  const { width, height } = backbone.card.preprocessing;
  const [input] = graph.inputs;
  const [batch = "N"] = input!.dims ?? [];
  return { ...graph, inputs: [{ ...input!, dims: [batch, 3, height, width] }] };
}
