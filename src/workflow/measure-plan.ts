import type { WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import { type Matrix, argmax, rowOf, selectRows, softmaxRows } from "../base/matrix.ts";
import type { Fold } from "../data/folds.ts";
import { type CrossValidation, crossValidate, fitAndScore } from "../evaluate/cross-validate.ts";
import type { Executor } from "../evaluate/executor.ts";
import type { Method } from "../evaluate/method.ts";
import { scoreLogits } from "../evaluate/score.ts";
import { dimensionsOf } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { MeasuredRecipe, RecipeHead } from "../runs/run-record.ts";
import { chosenValues } from "../runs/chosen-values.ts";
import { complexityOf } from "../recipes/complexity.ts";
import { planMethod } from "./plan-method.ts";
import type { Plan } from "./plan.ts";
import { type Study, groupsOf } from "./study.ts";

/** What a plan is measured with. */
export interface MeasureOptions extends WorkOptions {
  readonly engine: Engine;
  readonly folds: readonly Fold[];
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
  return {
    name: plan.name,
    summary: plan.recipe.summary,
    backbones: plan.uses.map(({ backbone }) => backbone.name),
    layer: [...new Set(plan.uses.map(({ layer }) => layer))].join(" + "),
    dimensions,
    complexity: complexityOf(plan.recipe, { backbones: plan.uses.length, dimensions }),
    pretrained: plan.uses.some(({ backbone }) => backbone.card.parameters > 0),
    resolved: {
      ...plan.recipe,
      uses: plan.uses.map(({ backbone, layer, pooling }) => ({
        backbone: backbone.card.name,
        sha256: backbone.sha256,
        layer,
        pooling,
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
  const { signal, report } = options;
  const { labels, manifest, training } = study;
  const groups = groupsOf(manifest);
  const method = planMethod(plan, study, options);
  const started = performance.now();
  await method.prepare({ signal, report });
  const prepared = (performance.now() - started) / 1000;
  const classCount = manifest.classes.length;
  const validation = await crossValidate(method, { ...options, labels, groups, classCount });
  const logits = selectRows(validation.outOfFoldLogits, training);
  const score = scoreLogits(logits, pick(labels, training), pick(groups, training));
  const features = study.featuresOf(plan).seconds + prepared;
  const { fit, predict } = validation.seconds;
  return {
    ...headOf(plan),
    accuracy: score.accuracy,
    macroF1: score.macroF1,
    foldAccuracies: validation.foldAccuracies,
    holdout: await scoreHoldout(method, study, { ...options, classCount }),
    seconds: { features, fit, predict, total: features + fit + predict },
    chosen: validation.chosen.map((chosen, f) => chosenValues(chosen, validation.training[f])),
    ...(validation.training.length > 0 && { training: validation.training }),
    perClass: score.perClass,
    confusion: score.confusion,
    logLoss: score.logLoss,
    brier: score.brier,
    calibration: score.calibration,
    predictions: predictionsOf(validation),
  };
}

/** Accuracy of a fit on all training rows; null where nothing is held out. */
async function scoreHoldout(
  method: Method,
  { training, holdout, labels }: Study,
  options: MeasureOptions & { classCount: number },
): Promise<number | null> {
  if (holdout.length === 0) return null;
  const { folds, seed, executor } = options;
  const task = { fold: "holdout", of: folds.length, train: training, test: holdout, seed } as const;
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
