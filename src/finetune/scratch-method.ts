import { trainableParameters } from "../autodiff/trainable-parameters.ts";
import { adamW } from "../autodiff/optimizers.ts";
import type { WorkOptions } from "../base/events.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import { dimensionsOf } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { Graph } from "../graph/graph.ts";
import { chainGraphs } from "../graph/edit/join-graphs.ts";
import { photoAugmentation } from "../image/augment.ts";
import { type ScratchPlan, batchSizeOf, lossOf } from "./fine-tune-plan.ts";
import { schedules } from "../training/schedule.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { asFitted } from "./as-fitted.ts";
import { type HeadShape, headGraph, randomHead } from "./head.ts";
import { innerSplit } from "./inner-split.ts";
import type { FittedNetwork, NetworkData, NetworkMethod } from "./network-data.ts";
import { type PictureStore, openPixelStore, pixelSource } from "./pixel-store.ts";
import { type Course, type CourseOptions, trainAndRefit } from "./refit.ts";
import { trainStage } from "./train-stage.ts";
import { pixelsToFeatures } from "./tunable-network.ts";
import { type UntrainedBackbone, untrainedBackbone } from "./untrained-backbone.ts";

/**
 * The same network from random weights, as a `Method`: the baseline that pretraining is measured against. It gets its
 * best chance: all layers are trained, on fresh variations of every picture in every epoch, at a rate found by a range
 * test, until the inner validation stops improving or the stated cap of epochs is reached; the best epoch is kept.
 */
export function scratchMethod(name: string, plan: ScratchPlan, data: NetworkData): NetworkMethod {
  let store: Promise<PictureStore> | null = null;
  const work: ScratchWork = {
    name,
    plan,
    data,
    share: (options) => (store ??= decode(plan, data, options)),
  };
  return {
    name,
    prepare: async (options) => void (await work.share(options)),
    fit: async (rows, options) => await fitRows(work, rows, options),
  };
}

/** All that the fits of one training from scratch have in common. */
interface ScratchWork {
  readonly name: string;
  readonly plan: ScratchPlan;
  readonly data: NetworkData;
  /** Made at the first call, and once. */
  share(options: WorkOptions): Promise<PictureStore>;
}

async function fitRows(
  { name, plan, data, share }: ScratchWork,
  rows: Int32Array,
  options: MethodFitOptions,
): Promise<FittedNetwork> {
  const { seed } = options;
  const split = innerSplit(rows, { ...data, seed });
  const { origin, backbone } = untrainedBackbone(data.backbone, { size: plan.size, seed });
  const { whole, head } = assemble(backbone, plan, data);
  const forward = chainGraphs(whole, headGraph(head, randomHead(head, seed)), { features: "features" });
  const source = pixelSource(await share(options), { augmentation: photoAugmentation, seed });
  const steps = stepsOf(plan, forward, split.training.length);
  const work = { ...options, name, data, source, rate: plan.rate };
  const course = async (place: CourseOptions<Course>): Promise<Course> => {
    const found = place.found && place.found.last;
    return { last: await trainStage(forward, steps, { ...work, ...place, found }) };
  };
  const { found, ...networks } = await trainAndRefit(course, { ...plan, ...options, rows, split });
  const { preprocessing } = backbone.card;
  return await asFitted({
    ...networks,
    found: found.last,
    source,
    split,
    data,
    head,
    whole,
    preprocessing,
    origin: { network: origin, frozenTo: null, size: preprocessing.width },
  });
}

async function decode(plan: ScratchPlan, data: NetworkData, options: WorkOptions): Promise<PictureStore> {
  const { pictures, engine, cache } = data;
  const { backbone } = untrainedBackbone(data.backbone, { size: plan.size, seed: 0 });
  return await openPixelStore(pictures, backbone.card.preprocessing, { ...options, engine, cache });
}

function assemble(
  backbone: UntrainedBackbone["backbone"],
  plan: ScratchPlan,
  { layer: name, pooling, classCount }: NetworkData,
): { whole: Graph; head: HeadShape } {
  const isNamed = backbone.card.layers.some((known) => known.name === name);
  const layer = resolveLayer(backbone, isNamed ? name : undefined);
  const whole = pixelsToFeatures(backbone, layer, pooling);
  const dimensions = dimensionsOf(layer, pooling);
  return { whole, head: { dimensions, hidden: plan.head, classCount, dropout: plan.dropout } };
}

function stepsOf(plan: ScratchPlan, forward: Graph, rows: number): Omit<TrainingPlan, "rate"> {
  return {
    trainable: new Set(trainableParameters(forward)),
    ...lossOf(plan),
    optimizer: adamW({ weightDecay: plan.weightDecay }),
    normalisation: "batch",
    clipNorm: 5,
    batchSize: batchSizeOf(plan, rows),
    epochs: plan.epochs,
    patience: plan.patience,
    schedule: schedules[plan.schedule],
  };
}
