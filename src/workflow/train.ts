import { resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Run, reportWithin, startRun } from "../base/events.ts";
import type { GoldenKind } from "../bundle/bundle-record.ts";
import { openEngine } from "../engine/open-engine.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import { type TrainingSettings, withTrainingSettings } from "../recipes/training-settings.ts";
import type { Training } from "../evaluate/training.ts";
import type { SkippedImage } from "../data/manifest.ts";
import { requireTrainable } from "./candidate.ts";
import { defaultBackbone, defaultSeed } from "./defaults.ts";
import { deliverModel } from "./deliver-model.ts";
import { planTask } from "./plan-task.ts";
import { openEarlierModel } from "./earlier-model.ts";
import { layersOf, openBackbones, planRecipes } from "./plan.ts";
import { requireDeliverable } from "./require-deliverable.ts";
import { type StudyOptions, openStudy } from "./study.ts";
import { openTrainingFolder } from "../runs/training-folder.ts";

/** What is trained, on what, and where the model goes. */
export interface TrainOptions extends StudyOptions, TrainingSettings {
  /** Name or .yaml file. */
  readonly recipe: string;
  /** The model folder to write; another model that is there is kept unless `replace`, anything else refused. */
  readonly out: string;
  /** Write in the place of a model of another recipe, seed or data; default: refuse with E_BUNDLE. */
  readonly replace?: boolean | undefined;
  /** Continue from the checkpoints that a stopped training left beside `out`; default: begin anew. */
  readonly resume?: boolean | undefined;
  /** What the model folder proves itself with; default "synthetic": drawn pictures. */
  readonly golden?: GoldenKind | undefined;
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
    const { seed = defaultSeed } = options;
    const earlier = await openEarlierModel(options.out, options);
    const recipes = await withTrainingSettings([await readRecipe(options.recipe)], options);
    const backbones = await openBackbones(options.backbones ?? [defaultBackbone], {
      layers: layersOf(recipes, options),
      download: options.download,
      signal: options.signal,
      report,
    });
    const plan = onlyPlan(planRecipes(recipes, backbones, options));
    earlier.requireSamePlan(plan, seed);
    requireTrainable(plan);
    await using engine = await openEngine(options.threads === undefined ? {} : { threads: options.threads });
    await requireDeliverable([plan], { engine, signal: options.signal });
    const study = await openStudy(data, [plan], { ...options, engine, report });
    earlier.requireSameData(study);
    const { golden, signal } = options;
    const isClassifier = plan.recipe.kind === "classifier";
    const folder = await openTrainingFolder(options.out, {
      isResumed: options.resume === true,
      task: isClassifier ? null : planTask(plan, study, { engine, seed }),
      report,
    });
    const place = { recipe: plan.name, fold: "model" } as const;
    const started = performance.now();
    const delivery = {
      engine,
      seed,
      metrics: null,
      golden,
      signal,
      report: reportWithin(folder.listen(report), place),
      keep: folder.keep,
    };
    const { record, training } = await deliverModel(options.out, { plan, study }, delivery).catch(
      async (error: unknown) => {
        await folder.tellHowToResume();
        throw error;
      },
    );
    if (signal?.aborted === true) await folder.tellHowToResume();
    signal?.throwIfAborted(); // the model is there, and the run was still interrupted
    await folder.close();
    return {
      model: resolve(options.out),
      recipe: plan.name,
      backbones: plan.uses.map(({ backbone }) => backbone.name),
      images: record.data.images,
      classes: record.labels,
      skipped: study.manifest.skipped,
      chosen: record.chosen,
      seconds: (performance.now() - started) / 1000,
      training: training === undefined ? null : courseOf(training, folder.path),
    };
  });
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

function onlyPlan(plans: ReturnType<typeof planRecipes>): ReturnType<typeof planRecipes>[number] {
  if (plans.length === 1) return plans[0]!;
  throw new RootstockError("E_OPTION", `train: expected one backbone for this recipe, got ${plans.length}.`, {
    hint: "Give one --backbone, or a recipe that joins several, like fusion.",
  });
}
