import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import { extractFeatures } from "../features/extract-features.ts";
import type { Graph } from "../graph/graph.ts";
import { photoAugmentation } from "../image/augment.ts";
import type { ExampleSource } from "../training/example-source.ts";
import type { FineTunePlan } from "./fine-tune-plan.ts";
import { networkOutputs } from "../training/network-outputs.ts";
import { type FrozenPlace, type FrozenViews, frozenViews, viewSource } from "./frozen-views.ts";
import type { NetworkData } from "./network-data.ts";
import { openPixelStore, pixelSource } from "./pixel-store.ts";
import type { TunableNetwork } from "./tunable-network.ts";

/** What all folds of a fine-tune share: examples where training begins, and the features of every view. */
export interface SharedExamples {
  sourceOf(seed: number): ExampleSource;
  /** What a new head starts from: of the plain pictures first, then of their variations. Shapes: N x D each. */
  readonly features: readonly Matrix[];
}

/** A fine-tune's network and data, as far as examples depend on them. */
export interface ExampleWork {
  readonly plan: FineTunePlan;
  readonly data: NetworkData;
  readonly network: TunableNetwork;
}

/** Pixels where nothing is frozen; else what the frozen part makes of every view, computed once. */
export async function shareExamples(work: ExampleWork, options: WorkOptions): Promise<SharedExamples> {
  const { frozen } = work.network;
  return frozen === null ? await sharedPixels(work.data, options) : await sharedViews(frozen, work, options);
}

async function sharedPixels(data: NetworkData, options: WorkOptions): Promise<SharedExamples> {
  const { pictures, engine, cache, backbone, layer, pooling } = data;
  const work = { ...options, engine, cache };
  const { matrix } = await extractFeatures(pictures, backbone, { ...work, layer, pooling });
  const store = await openPixelStore(pictures, backbone.card.preprocessing, work);
  return {
    features: [matrix],
    sourceOf: (seed) => pixelSource(store, { augmentation: photoAugmentation, seed }),
  };
}

async function sharedViews(
  place: FrozenPlace,
  { plan, data, network }: ExampleWork,
  options: WorkOptions,
): Promise<SharedExamples> {
  const { pictures, engine, cache } = data;
  const sizes = { viewCount: plan.views, augmentation: photoAugmentation };
  const frozen = await frozenViews(pictures, place, { ...options, engine, cache, ...sizes });
  const wanted = plan.head.length === 0 ? frozen.views.slice(0, 1) : frozen.views; // a closed form takes no variations
  const features =
    network.tuned === null
      ? wanted
      : await tunedFeatures(network.tuned, { ...frozen, views: wanted }, { data, ...options });
  return { features, sourceOf: (seed) => viewSource(frozen, seed) };
}

async function tunedFeatures(
  tuned: Graph,
  { views, dims }: FrozenViews,
  { data, ...options }: WorkOptions & { data: NetworkData },
): Promise<Matrix[]> {
  const { engine, pictures } = data;
  const rows = Int32Array.from(pictures.keys());
  const features: Matrix[] = [];
  for (const view of views) {
    const source = viewSource({ views: [view], dims }, 0);
    features.push(await networkOutputs(tuned, { source, rows }, { ...options, engine }));
  }
  return features;
}
