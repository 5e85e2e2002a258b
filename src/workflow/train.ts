import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Run, startRun } from "../base/events.ts";
import { requireReplaceable } from "../bundle/write-bundle.ts";
import { openEngine } from "../engine/open-engine.ts";
import { readRecipe } from "../recipes/read-recipe.ts";
import { defaultBackbone, defaultSeed } from "./defaults.ts";
import { deliverModel } from "./deliver-model.ts";
import { layersOf, openBackbones, planRecipes } from "./plan.ts";
import { type StudyOptions, openStudy } from "./study.ts";

export interface TrainOptions extends StudyOptions {
  /** Name or .yaml file. */
  readonly recipe: string;
  /** The model folder to write; a model folder that is there is replaced, anything else refused. */
  readonly out: string;
  /** Continue from the checkpoints that a stopped training left beside `out`; default: begin anew. */
  readonly resume?: boolean | undefined;
}

/** `train --json` */
export interface TrainResult {
  readonly model: string;
  readonly recipe: string;
  readonly backbones: readonly string[];
  readonly images: number;
  readonly classes: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly chosen: Readonly<Record<string, number | string | boolean>>;
}

/**
 * Fits one recipe on all training images and writes the model folder. Nothing is measured: `compare` does that.
 * A network's training keeps its state in `<out>.checkpoints` until it is done. Stopped by the signal after an epoch,
 * it writes the model with the best weights until then, and throws the signal's reason all the same.
 */
export function train(data: string, options: TrainOptions): Run<TrainResult> {
  return startRun(async (report) => {
    await requireReplaceable(options.out);
    const recipe = await readRecipe(options.recipe);
    const backbones = await openBackbones(options.backbones ?? [defaultBackbone], {
      layers: layersOf([recipe], options),
    });
    const plan = onlyPlan(planRecipes([recipe], backbones, options));
    await using engine = await openEngine(options.threads === undefined ? {} : { threads: options.threads });
    const study = await openStudy(data, [plan], { ...options, engine, report });
    const { seed = defaultSeed, signal } = options;
    const checkpoints = `${resolve(options.out)}.checkpoints`;
    if (options.resume !== true) await rm(checkpoints, { recursive: true, force: true });
    const delivery = { engine, seed, metrics: null, signal, report, checkpoints };
    const record = await deliverModel(options.out, { plan, study }, delivery);
    signal?.throwIfAborted(); // the model is there, and the run was still interrupted
    await rm(checkpoints, { recursive: true, force: true });
    return {
      model: resolve(options.out),
      recipe: plan.name,
      backbones: plan.uses.map(({ backbone }) => backbone.name),
      images: record.data.images,
      classes: record.labels,
      skipped: study.manifest.skipped,
      chosen: record.chosen,
    };
  });
}

function onlyPlan(plans: ReturnType<typeof planRecipes>): ReturnType<typeof planRecipes>[number] {
  if (plans.length === 1) return plans[0]!;
  throw new RootstockError("E_OPTION", `train: expected one backbone for this recipe, got ${plans.length}.`, {
    hint: "Give one --backbone, or a recipe that joins several, like fusion.",
  });
}
