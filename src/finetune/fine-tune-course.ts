import { adamW } from "../autodiff/optimizers.ts";
import type { ParameterSettings } from "../autodiff/training-options.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { MethodFitOptions } from "../evaluate/method.ts";
import type { Graph } from "../graph/graph.ts";
import { chainGraphs } from "../graph/edit/join-graphs.ts";
import { type FineTunePlan, batchSizeOf, lossOf } from "./fine-tune-plan.ts";
import { schedules } from "../training/schedule.ts";
import type { TrainingPlan } from "../training/training-plan.ts";
import { type StartingHead, closedFormHead } from "./closed-form-head.ts";
import { viewSource } from "./frozen-views.ts";
import { type HeadShape, headGraph, randomHead } from "./head.ts";
import type { InnerSplit } from "./inner-split.ts";
import { powerNormalise } from "./power-normalise.ts";
import type { Course, CourseOptions } from "./refit.ts";
import type { ExampleWork, SharedExamples } from "./shared-examples.ts";
import { type TrainStageOptions, type TrainedStage, trainStage } from "./train-stage.ts";

/** All that the fits of one fine-tune have in common. */
export interface FineTuneWork extends ExampleWork {
  readonly name: string;
  readonly head: HeadShape;
  /** Made at the first call, and once. */
  share(options: WorkOptions): Promise<SharedExamples>;
}

/** A course of fine-tuning: what came out of its stages. */
export interface FineTuneCourse extends Course {
  /** Of the head that it began with. */
  readonly temperature: number;
  /** The head alone; null where it was not trained alone. */
  readonly first: TrainedStage | null;
}

type Place = CourseOptions<FineTuneCourse>;

/** The head alone on cached features, where it has hidden layers; then the head with the tuned part. */
export async function fineTuneCourse(
  work: FineTuneWork,
  place: Place,
  options: MethodFitOptions,
): Promise<FineTuneCourse> {
  const { plan, data, network, name } = work;
  const shared = await work.share(options);
  const given = { ...options, ...place, name, data, rate: plan.rate };
  const { weights, temperature } = await startHead(work, shared.features, given);
  const alone = headGraph(work.head, weights);
  const first = await headStage(alone, { work, features: shared.features, given });
  const whole = join(network.tuned, first === null ? alone : first.trained.graph);
  const steps = stepsOf(plan, whole, { ...network, split: place.split });
  const source = shared.sourceOf(options.seed);
  const last = await trainStage(whole, steps, { ...given, source, found: place.found?.last ?? null });
  return { temperature, first, last };
}

type Given = Omit<TrainStageOptions, "source" | "found"> & Pick<Place, "part" | "found">;

/** Null where the head is trained with the rest from the first step: a linear one, or nothing but a head. */
async function headStage(
  alone: Graph,
  { work, features, given }: { work: FineTuneWork; features: readonly Matrix[]; given: Given },
): Promise<TrainedStage | null> {
  const { plan, network } = work;
  if (plan.head.length === 0 || network.tuned === null) return null;
  const { split, seed } = given;
  return await trainStage(alone, stepsOf(plan, alone, { depths: new Map(), split }), {
    ...given,
    part: given.part === "refit" ? "refit head" : "head",
    source: viewSource({ views: features, dims: [network.dimensions] }, seed),
    found: given.found?.first ?? null,
  });
}

/** In closed form where it is linear and every class has a row; else random. */
async function startHead(
  { plan, data, head }: FineTuneWork,
  features: readonly Matrix[],
  given: Given,
): Promise<StartingHead> {
  const { seed, split, signal } = given;
  const temperature = given.found?.temperature ?? null;
  const solved =
    plan.head.length === 0
      ? await closedFormHead(powerNormalise(features[0]!), data.labels, {
          ...data,
          split,
          signal,
          temperature,
        })
      : null;
  return solved ?? { weights: randomHead(head, seed), temperature: 1 };
}

function stepsOf(
  plan: FineTunePlan,
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

/** The head behind the tuned part; alone where all of the network is frozen. */
function join(tuned: Graph | null, head: Graph): Graph {
  return tuned === null ? head : chainGraphs(tuned, head, { features: "features" });
}
