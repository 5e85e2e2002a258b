import { adamW } from "../autodiff/optimizers.ts";
import type { ParameterSettings } from "../autodiff/training-options.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import { extractFeatures } from "../features/extract-features.ts";
import type { Graph } from "../graph/graph.ts";
import { chainGraphs } from "../graph/join-graphs.ts";
import type { Tensor } from "../graph/tensor.ts";
import { photoAugmentation } from "../image/augment.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { networkOutputs } from "../training/network-outputs.ts";
import { schedules } from "../training/schedule.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { closedFormHead } from "./closed-form-head.ts";
import { type FineTunePlan, batchSizeOf, lossOf } from "../training/fine-tune-plan.ts";
import { asFitted, fitNetwork } from "./fit-network.ts";
import { type FrozenViews, frozenViews, viewSource } from "./frozen-views.ts";
import { type HeadShape, headGraph, randomHead } from "./head.ts";
import { type InnerSplit, innerSplit } from "./inner-split.ts";
import type { NetworkData, NetworkMethod } from "./network-data.ts";
import { powerNormalise } from "./power-normalise.ts";
import { openPixelStore, pixelSource } from "./pixel-store.ts";
import { testedRate } from "./tested-rate.ts";
import { tunableNetwork } from "./tunable-network.ts";

/** What all folds share: examples where training begins, and the features of every view. */
interface Shared {
  sourceOf(seed: number): ExampleSource;
  /** The plain pictures first. Shapes: N x D each. */
  readonly features: readonly Matrix[];
}

/**
 * Fine-tuning as a `Method`. What is frozen is computed once for all folds, also for a few variations of each picture;
 * the head starts from closed form when it is linear and is trained on cached features when it is not; then the top
 * groups learn too, more slowly the nearer they are to the input. The epoch with the lowest loss on an inner validation
 * split is kept, and that may be the start: the test fold is never looked at.
 */
export function fineTuneMethod(name: string, plan: FineTunePlan, data: NetworkData): NetworkMethod {
  const network = tunableNetwork(data.backbone, { ...data, upTo: plan.freezeTo });
  const head: HeadShape = {
    dimensions: network.dimensions,
    hidden: plan.head,
    classCount: data.classCount,
    dropout: plan.dropout,
    isNormalised: plan.head.length === 0,
  };
  let shared: Promise<Shared> | null = null;
  const share = (options: WorkOptions): Promise<Shared> => (shared ??= computeShared(options));
  return {
    name,
    prepare: async (options) => void (await share(options)),
    fit: async (rows, options) => {
      const { features, sourceOf } = await share(options);
      const { seed } = options;
      const split = innerSplit(rows, { ...data, seed });
      const work = { ...options, data, split, identity: plan };
      let weights = await startHead(features, split, options);
      if (plan.head.length > 0 && network.tuned !== null) {
        const source = viewSource({ views: features, dims: [network.dimensions] }, seed);
        const stage = `${name} head`;
        const forward = headGraph(head, weights);
        const only = trainingPlan(forward, { depths: new Map(), split });
        const rate = plan.rate ?? (await testedRate(forward, only, { ...work, stage, source }));
        const trained = await fitNetwork(forward, { ...only, rate }, { ...work, stage, source });
        weights = trained.graph.initializers;
      }
      const forward = join(network.tuned, headGraph(head, weights));
      const source = sourceOf(seed);
      const tuning = trainingPlan(forward, { depths: network.depths, split });
      const rate = plan.rate ?? (await testedRate(forward, tuning, { ...work, stage: name, source }));
      const trained = await fitNetwork(forward, { ...tuning, rate }, { ...work, stage: name, source });
      return await asFitted({
        trained,
        source,
        split,
        data,
        head,
        whole: network.whole,
        preprocessing: data.backbone.card.preprocessing,
        chosen: { frozenTo: network.freeze.frozen.at(-1) ?? "none", rate: Number(rate.toPrecision(3)) },
      });
    },
  };

  async function computeShared(options: WorkOptions): Promise<Shared> {
    const { pictures, engine, cache, backbone, layer, pooling } = data;
    const work = { ...options, engine, cache };
    if (network.frozen === null) {
      const { matrix } = await extractFeatures(pictures, backbone, { ...work, layer, pooling });
      const store = await openPixelStore(pictures, backbone.card.preprocessing, work);
      const augmentation = photoAugmentation;
      return { features: [matrix], sourceOf: (seed) => pixelSource(store, { augmentation, seed }) };
    }
    const sizes = { viewCount: plan.views, augmentation: photoAugmentation };
    const frozen = await frozenViews(pictures, network.frozen, { ...work, ...sizes });
    const features = network.tuned === null ? frozen.views : await tunedFeatures(network.tuned, frozen, work);
    return { features, sourceOf: (seed) => viewSource(frozen, seed) };
  }

  async function tunedFeatures(
    tuned: Graph,
    { views, dims }: FrozenViews,
    options: WorkOptions & { engine: NetworkData["engine"] },
  ): Promise<Matrix[]> {
    const rows = Int32Array.from(data.pictures.keys());
    const features: Matrix[] = [];
    for (const view of views)
      features.push(
        await networkOutputs(tuned, { source: viewSource({ views: [view], dims }, 0), rows }, options),
      );
    return features;
  }

  async function startHead(
    features: readonly Matrix[],
    split: InnerSplit,
    options: MethodFitOptions,
  ): Promise<ReadonlyMap<string, Tensor>> {
    const { classCount, engine, labels } = data;
    const solved =
      plan.head.length === 0
        ? await closedFormHead(powerNormalise(features[0]!), labels, {
            ...options,
            split,
            classCount,
            engine,
          })
        : null;
    return solved ?? randomHead(head, options.seed);
  }

  function trainingPlan(
    forward: Graph,
    { depths, split }: { depths: ReadonlyMap<string, number>; split: InnerSplit },
  ): TrainingPlan {
    const own = [...forward.initializers.keys()].filter((id) => id.startsWith("head."));
    const groups = [...depths].map(([id, depth]): [string, ParameterSettings] => [
      id,
      { rate: plan.bodyRate * plan.decay ** depth },
    ]);
    return {
      trainable: new Set([...depths.keys(), ...own]),
      groups: new Map(groups),
      ...lossOf(plan),
      optimizer: adamW({ weightDecay: plan.weightDecay }),
      batchSize: batchSizeOf(plan, split.training.length),
      epochs: plan.epochs,
      patience: plan.patience,
      rate: plan.rate ?? 0,
      schedule: schedules[plan.schedule],
      clipNorm: 5,
    };
  }
}

/** The head behind the tuned part; alone where all of the network is frozen. */
function join(tuned: Graph | null, head: Graph): Graph {
  return tuned === null ? head : chainGraphs(tuned, head, { features: "features" });
}
