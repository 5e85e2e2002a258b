import { adamW } from "../autodiff/optimizers.ts";
import type { ParameterSettings } from "../autodiff/training-options.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import { extractFeatures } from "../features/extract-features.ts";
import type { Graph } from "../graph/graph.ts";
import { chainGraphs } from "../graph/join-graphs.ts";
import { photoAugmentation } from "../image/augment.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { networkOutputs } from "../training/network-outputs.ts";
import { schedules } from "../training/schedule.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type StartingHead, closedFormHead } from "./closed-form-head.ts";
import { type FineTunePlan, batchSizeOf, lossOf } from "../training/fine-tune-plan.ts";
import { asFitted } from "./fit-network.ts";
import type { Freeze } from "./freeze.ts";
import { type FrozenViews, frozenViews, viewSource } from "./frozen-views.ts";
import { type HeadShape, headGraph, randomHead } from "./head.ts";
import { type InnerSplit, innerSplit } from "./inner-split.ts";
import type { NetworkData, NetworkMethod } from "./network-data.ts";
import { powerNormalise } from "./power-normalise.ts";
import { openPixelStore, pixelSource } from "./pixel-store.ts";
import { type Course, type CourseOptions, trainAndRefit } from "./refit.ts";
import { type TrainedStage, trainStage } from "./train-stage.ts";
import { tunableNetwork } from "./tunable-network.ts";

/** What all folds share: examples where training begins, and the features of every view. */
interface Shared {
  sourceOf(seed: number): ExampleSource;
  /** What a new head starts from: of the plain pictures first, then of their variations. Shapes: N x D each. */
  readonly features: readonly Matrix[];
}

interface FineTuneCourse extends Course {
  /** Of the head that it began with. */
  readonly temperature: number;
  /** The head alone; null where it was not trained alone. */
  readonly first: TrainedStage | null;
}

/**
 * Fine-tuning as a `Method`. What is frozen is computed once for all folds, also for a few variations of each picture;
 * the head starts from closed form when it is linear and is trained on cached features when it is not; then the top
 * groups learn too, more slowly the nearer they are to the input. The epoch with the lowest loss on an inner validation
 * split is kept, and that may be the start: the test fold is never looked at. With `refit`, the same is done once more
 * on all rows for that many epochs.
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
      const { seed } = options;
      const split = innerSplit(rows, { ...data, seed });
      const { found, ...networks } = await trainAndRefit<FineTuneCourse>(
        async (place) => await course(place, options),
        { ...plan, ...options, name, rows, split },
      );
      const rate = Number(found.last.rate.toPrecision(3));
      return await asFitted({
        ...networks,
        source: (await share(options)).sourceOf(seed),
        split,
        data,
        head,
        whole: network.whole,
        preprocessing: data.backbone.card.preprocessing,
        chosen: { frozenTo: frozenTo(network.freeze), rate },
      });
    },
  };

  /** The head alone on cached features, where it has hidden layers; then the head with the tuned part. */
  async function course(
    place: CourseOptions<FineTuneCourse>,
    options: MethodFitOptions,
  ): Promise<FineTuneCourse> {
    const { features, sourceOf } = await share(options);
    const { seed } = options;
    const { stage, split, found } = place;
    const work = { ...options, ...place, data, identity: plan, rate: plan.rate };
    const { weights, temperature } = await startHead(features, { ...options, split, found });
    const alone = headGraph(head, weights);
    const first =
      plan.head.length > 0 && network.tuned !== null
        ? await trainStage(alone, trainingPlan(alone, { depths: new Map(), split }), {
            ...work,
            stage: `${stage} head`,
            source: viewSource({ views: features, dims: [network.dimensions] }, seed),
            found: found?.first ?? null,
          })
        : null;
    const whole = join(network.tuned, first === null ? alone : first.trained.graph);
    const last = await trainStage(whole, trainingPlan(whole, { ...network, split }), {
      ...work,
      source: sourceOf(seed),
      found: found?.last ?? null,
    });
    return { temperature, first, last };
  }

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
    const wanted = plan.head.length === 0 ? frozen.views.slice(0, 1) : frozen.views; // a closed form takes no variations
    const features =
      network.tuned === null
        ? wanted
        : await tunedFeatures(network.tuned, { ...frozen, views: wanted }, work);
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
    options: MethodFitOptions & { split: InnerSplit; found: FineTuneCourse | null },
  ): Promise<StartingHead> {
    const temperature = options.found?.temperature ?? null;
    const solved =
      plan.head.length === 0
        ? await closedFormHead(powerNormalise(features[0]!), data.labels, {
            ...options,
            ...data,
            temperature,
          })
        : null;
    return solved ?? { weights: randomHead(head, options.seed), temperature: 1 };
  }

  function trainingPlan(
    forward: Graph,
    { depths, split }: { depths: ReadonlyMap<string, number>; split: InnerSplit },
  ): Omit<TrainingPlan, "rate"> {
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
      schedule: schedules[plan.schedule],
      clipNorm: 5,
    };
  }
}

/** The last group kept as it is; "none", or "all" of a network without groups to train. */
function frozenTo({ frozen, unfrozen }: Freeze): string {
  return frozen.at(-1) ?? (unfrozen.length === 0 ? "all" : "none");
}

/** The head behind the tuned part; alone where all of the network is frozen. */
function join(tuned: Graph | null, head: Graph): Graph {
  return tuned === null ? head : chainGraphs(tuned, head, { features: "features" });
}
