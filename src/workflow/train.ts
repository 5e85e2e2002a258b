import { resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Report, type Run, reportWithin, startRun } from "../base/events.ts";
import type { GoldenKind } from "../bundle/bundle-record.ts";
import type { TrainingSettings } from "../recipes/setting-table.ts";
import type { Training } from "../evaluate/training.ts";
import type { SkippedImage } from "../data/manifest.ts";
import { defaultSeed } from "./defaults.ts";
import { type DeliverOptions, type DeliveredModel, deliverModel } from "./deliver-model.ts";
import { planTask } from "./plan-task.ts";
import { type EarlierModel, openEarlierModel } from "./earlier-model.ts";
import { openPlans } from "./open-plans.ts";
import type { Plan } from "./plan.ts";
import { requireDeliverable } from "./require-deliverable.ts";
import { type Study, type StudyOptions, openStudy, requireBatch } from "./study.ts";
import { type TrainingFolder, openTrainingFolder } from "../runs/training-folder.ts";
import { useEngine } from "./use-engine.ts";

export {
  type SettingForm,
  type TrainingSetting,
  type TrainingSettings,
  trainingSettings,
} from "../recipes/setting-table.ts";

/** What is trained, on what, and where the model goes. */
export interface TrainOptions extends StudyOptions, TrainingSettings {
  /** Name, .yaml file, or a module that exports a classifier. */
  readonly recipe: string;
  /** The model folder to write; another model that is there is kept unless `replace`, anything else refused. */
  readonly out: string;
  /** Write in the place of a model of another recipe, seed or data; default: refuse with E_BUNDLE. */
  readonly replace?: boolean | undefined;
  /** Continue from the checkpoints that a stopped training left beside `out`; default: begin anew. */
  readonly resume?: boolean | undefined;
  /** What the model folder proves itself with; default "synthetic": drawn pictures. */
  readonly golden?: GoldenKind | undefined;
  /** Whether the model folder remembers the photos' features and scores (not of a trained network); default true. */
  readonly memory?: boolean | undefined;
}

/** `train --json` */
export interface TrainResult {
  readonly model: string;
  readonly recipe: string;
  readonly backbones: readonly string[];
  readonly images: number;
  readonly classes: readonly string[];
  readonly skipped: readonly SkippedImage[];
  readonly chosen: Readonly<Record<string, number | string | boolean>>;
  /** Wall time of the fit and of writing the model; features are not in it. */
  readonly seconds: number;
  /** How the network was trained; null for a classifier on frozen features. */
  readonly training: TrainedCourse | null;
}

/** How a network's training went. */
export interface TrainedCourse {
  readonly epochs: number;
  /** The epoch whose weights the model has; 0: those that training began with. */
  readonly bestEpoch: number;
  /** Of that epoch, on the part of the images that chose it: a little optimistic. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** Whether the model was then trained on all images for that many epochs. */
  readonly isRefitted: boolean;
  readonly imagesSeen: number;
  /** The folder with `metrics.jsonl` and the TensorBoard event file. */
  readonly figures: string;
}

/**
 * Fits one recipe on all training images and writes the model folder. Nothing is measured: `compare` does that.
 * A network's training keeps its figures in `<out>.training`, and its state there until it is done. Stopped by the
 * signal after an epoch, it writes the model with the best weights until then, and throws the signal's reason all the
 * same.
 */
export function train(data: string, options: TrainOptions): Run<TrainResult> {
  return startRun(async (report) => {
    const { plan, earlier } = await planTraining(options, report);
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    await requireDeliverable([plan], { engine, signal: options.signal });
    const study = await openStudy(data, [plan], { ...options, engine, report });
    requireBatch(options, study);
    earlier.requireSameData(study);
    const { seed = defaultSeed, golden, memory, signal } = options;
    const isClassifier = plan.recipe.kind === "classifier";
    const folder = await openTrainingFolder(options.out, {
      isResumed: options.resume === true,
      task: isClassifier ? null : planTask(plan, study, { engine, seed }),
      report,
    });
    const within = reportWithin(folder.listen(report), { recipe: plan.name, fold: "model" });
    const started = performance.now();
    const delivery = {
      engine,
      seed,
      metrics: null,
      golden,
      memory,
      signal,
      report: within,
      keep: folder.keep,
    };
    const delivered = await deliverOrKeep(options.out, { plan, study, folder }, delivery);
    const seconds = (performance.now() - started) / 1000;
    return resultOf(options.out, { plan, study, folder }, { ...delivered, seconds });
  });
}

interface Trained {
  readonly plan: Plan;
  readonly study: Study;
  readonly folder: TrainingFolder;
}

/** Everything that can be wrong with a name or a place is wrong here, before any work. */
async function planTraining(
  options: TrainOptions,
  report: Report,
): Promise<{ plan: Plan; earlier: EarlierModel }> {
  const { seed = defaultSeed } = options;
  const earlier = await openEarlierModel(options.out, options);
  const plan = onlyPlan(await openPlans([options.recipe], options, report));
  earlier.requireSamePlan(plan, seed);
  return { plan, earlier };
}

/** The model; where the training is stopped or fails, its state is kept and the way on is told. */
async function deliverOrKeep(
  out: string,
  { plan, study, folder }: Trained,
  options: DeliverOptions,
): Promise<DeliveredModel> {
  const delivered = await deliverModel(out, { plan, study }, options).catch(async (error: unknown) => {
    await folder.tellHowToResume();
    throw error;
  });
  if (options.signal?.aborted === true) await folder.tellHowToResume();
  options.signal?.throwIfAborted(); // the model is there, and the run was still interrupted
  await folder.close();
  return delivered;
}

function resultOf(
  out: string,
  { plan, study, folder }: Trained,
  { record, training, seconds }: DeliveredModel & { seconds: number },
): TrainResult {
  return {
    model: resolve(out),
    recipe: plan.name,
    backbones: [...new Set(plan.uses.map(({ backbone }) => backbone.name))],
    images: record.data.images,
    classes: record.labels,
    skipped: study.manifest.skipped,
    chosen: record.chosen,
    seconds,
    training: training === undefined ? null : courseOf(training, folder.path),
  };
}

function courseOf({ epochs, outcome }: Training, figures: string): TrainedCourse {
  const { bestEpoch, isRefitted, imagesSeen } = outcome;
  const { validationLoss, validationAccuracy } = epochs.find(({ epoch }) => epoch === bestEpoch)!;
  return {
    epochs: outcome.epochs,
    bestEpoch,
    validationLoss,
    validationAccuracy,
    isRefitted,
    imagesSeen,
    figures,
  };
}

function onlyPlan(plans: readonly Plan[]): Plan {
  if (plans.length === 1) return plans[0]!;
  throw new RootstockError("E_OPTION", `train: expected one backbone for this recipe, got ${plans.length}.`, {
    hint: "Give one --backbone, or a recipe that joins several, like fusion.",
  });
}
