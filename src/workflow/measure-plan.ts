import type { WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import { type Matrix, argmax, rowOf, softmaxRows } from "../base/matrix.ts";
import type { Fold } from "../data/folds.ts";
import { type CrossValidation, crossValidate, fitAndScore } from "../evaluate/cross-validate.ts";
import type { Executor, FitTask } from "../evaluate/executor.ts";
import type { Method } from "../evaluate/method.ts";
import type { RecipeMethod } from "../recipes/method-of.ts";
import { scoreLogits } from "../evaluate/score.ts";
import { dimensionsOf } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { MeasuredRecipe, RecipeHead } from "../runs/run-record.ts";
import { complexityOf } from "../recipes/complexity.ts";
import { joinRounds } from "./join-rounds.ts";
import { planMethod } from "./plan-method.ts";
import { type Plan, takesFeatures } from "./plan.ts";
import { timeFeatures } from "./time-features.ts";
import { type Study, groupsOf } from "./study.ts";

/** What a plan is measured with. */
export interface MeasureOptions extends WorkOptions {
  readonly engine: Engine;
  /** The folds of every round; a recipe is measured in as many of them as it says. */
  readonly rounds: readonly (readonly Fold[])[];
  readonly seed: number;
  /** Who does the fits. */
  readonly executor: Executor;
}

/** What is known of a plan before anything is measured. */
export function headOf(plan: Plan): RecipeHead {
  const dimensions = plan.uses.reduce(
    (sum, use) => sum + dimensionsOf(resolveLayer(use.backbone, use.layer), use.pooling),
    0,
  );
  const backbones = [...new Set(plan.uses.map(({ backbone }) => backbone.name))];
  return {
    name: plan.name,
    summary: plan.recipe.summary,
    backbones,
    layer: [...new Set(plan.uses.map(({ layer }) => layer))].join(" + "),
    dimensions,
    complexity: complexityOf(plan.recipe, { backbones: backbones.length, dimensions }),
    pretrained: plan.uses.some(({ backbone }) => backbone.card.parameters > 0),
    resolved: {
      ...plan.recipe,
      uses: plan.uses.map(({ backbone, layer, pooling, views }) => ({
        backbone: backbone.card.name,
        sha256: backbone.sha256,
        layer,
        pooling,
        ...(views !== undefined && { views }),
      })),
    },
  };
}

/** Cross-validates a plan on the training rows and scores the holdout once. */
export async function measurePlan(
  plan: Plan,
  study: Study,
  options: MeasureOptions,
): Promise<MeasuredRecipe> {
  const { labels, training } = study;
  const { method, preparing, measuring } = measuringOf(plan, study, options);
  const { groups } = measuring;
  const featureSeconds = await secondsOf(plan, options);
  const validations: CrossValidation[] = [];
  const count = plan.recipe.repeats ?? 1;
  for (const [index, folds] of options.rounds.slice(0, count).entries())
    validations.push(await crossValidate(method, { ...measuring, folds, round: { index, count } }));
  const first = validations[0]!;
  const { training: taught, ...joined } = joinRounds(validations, {
    labels: pick(labels, training),
    groups: pick(groups, training),
    rows: training,
  });
  const holdout = await scoreHoldout(method, study, { ...measuring, folds: options.rounds[0]! });
  const features = study.featuresOf(plan).seconds + preparing.seconds();
  const { fit, predict } = joined.seconds;
  return {
    ...headOf(plan),
    ...joined,
    repeats: count,
    holdout,
    seconds: {
      features,
      fit,
      predict,
      total: features + fit + predict,
      onePhoto: featureSeconds + predict / (training.length * count),
    },
    ...(first.modelBytes !== undefined && { megabytes: first.modelBytes / 1e6 }),
    ...(taught.length > 0 && { training: taught }),
    predictions: predictionsOf(first),
  };
}

/** The first round of a plan's cross-validation on the training rows. */
export async function validatePlan(
  plan: Plan,
  study: Study,
  options: MeasureOptions,
): Promise<CrossValidation> {
  const { method, measuring } = measuringOf(plan, study, options);
  const round = { index: 0, count: plan.recipe.repeats ?? 1 };
  return await crossValidate(method, { ...measuring, folds: options.rounds[0]!, round });
}

/** A plan's method with all that it is measured with. */
function measuringOf(
  plan: Plan,
  study: Study,
  options: MeasureOptions,
): {
  method: RecipeMethod;
  preparing: Preparing;
  measuring: MeasureOptions & { labels: Int32Array; groups: string[]; classCount: number };
} {
  const { labels, manifest } = study;
  const method = planMethod(plan, study, options);
  const preparing = prepareFirst(method, options);
  const about = { labels, groups: groupsOf(manifest), classCount: manifest.classes.length };
  return { method, preparing, measuring: { ...options, ...about, executor: preparing.executor } };
}

interface Preparing {
  readonly executor: Executor;
  seconds(): number;
}

/** The fit on all training rows that scores the holdout. */
export function holdoutTask(
  { training, holdout }: Pick<Study, "training" | "holdout">,
  { folds, seed }: { readonly folds: readonly Fold[]; readonly seed: number },
): FitTask {
  return { fold: "holdout", of: folds.length, train: training, test: holdout, seed };
}

/** A photo's features, where what is fitted does not begin with the photo itself. */
async function secondsOf(plan: Plan, options: MeasureOptions): Promise<number> {
  return takesFeatures(plan) ? await timeFeatures(plan.uses, options) : 0;
}

/** An executor that prepares the method before its first fit, and not at all where every result is there already. */
export function prepareFirst(
  method: RecipeMethod,
  { executor, signal, report }: Pick<MeasureOptions, "executor" | "signal" | "report">,
): Preparing {
  let seconds = 0;
  let prepared: Promise<void> | null = null;
  const prepare = async (): Promise<void> => {
    const started = performance.now();
    await method.prepare({ signal, report });
    seconds = (performance.now() - started) / 1000;
  };
  return {
    executor: (tasks, work) =>
      executor(tasks, async (task, given) => {
        await (prepared ??= prepare());
        return await work(task, given);
      }),
    seconds: () => seconds,
  };
}

/** Accuracy of a fit on all training rows; null where nothing is held out. */
async function scoreHoldout(
  method: Method,
  study: Study,
  options: MeasureOptions & { folds: readonly Fold[]; classCount: number },
): Promise<number | null> {
  const { holdout, labels } = study;
  if (holdout.length === 0) return null;
  const { folds, seed, executor } = options;
  const task = holdoutTask(study, { folds, seed });
  let accuracy: number | null = null;
  for await (const { logits } of executor([task], (one, given) =>
    fitAndScore(method, one, { ...options, ...given }),
  ))
    accuracy = scoreLogits(logits, pick(labels, holdout)).accuracy.mean;
  return accuracy;
}

function predictionsOf({ outOfFoldLogits, predictions }: CrossValidation): MeasuredRecipe["predictions"] {
  const probabilities: Matrix = softmaxRows(outOfFoldLogits);
  return Array.from(predictions, (label, row) => {
    if (label === -1) return null;
    const values = rowOf(probabilities, row);
    return { label, probability: values[argmax(values)]! };
  });
}

function pick<T>(values: ArrayLike<T>, rows: Int32Array): T[] {
  return Array.from(rows, (row) => values[row]!);
}
