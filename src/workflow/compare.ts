import { join, resolve } from "node:path";
import { isAbort } from "../base/errors.ts";
import { type Report, type Run, type WorkOptions, reportWithin, startRun } from "../base/events.ts";
import type { BundleMetrics } from "../bundle/bundle-record.ts";
import { type Fold, repeatedFolds } from "../data/folds.ts";
import type { Pair } from "../evaluate/pairs.ts";
import { type Executor, inTurn } from "../evaluate/executor.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import type { Engine } from "../engine/engine.ts";
import { requirePlace } from "../files/require-place.ts";
import { renderReport } from "../report/render-report.ts";
import { type MeasuredRecipe, type RunRecipe, type RunRecord, isMeasured } from "../runs/run-record.ts";
import { type TrainingSummary, trainingSummary } from "../runs/training-summary.ts";
import { chooseWinner, verdictOf } from "../runs/verdict.ts";
import { defaultFolds, defaultSeed, recipesFor } from "./defaults.ts";
import { deliverModel } from "./deliver-model.ts";
import { validatePlan } from "./measure-plan.ts";
import { keepingIn, measureRecipes } from "./measure-recipes.ts";
import { type MetricLine, openMetricLog } from "../runs/metric-log.ts";
import { measureLabelCurve } from "./measure-label-curve.ts";
import { fitBlend } from "./blend/fit-blend.ts";
import { validateBlend } from "./blend/measure-blend.ts";
import { isBlend } from "./blend/plan-blends.ts";
import type { CrossValidation } from "../evaluate/cross-validate.ts";
import type { KeptState } from "../evaluate/method.ts";
import type { Plan } from "./plan.ts";
import { openPlans } from "./open-plans.ts";
import { keptState } from "../runs/kept-results.ts";
import { digestOf, taskKey } from "../runs/task.ts";
import { planTask } from "./plan-task.ts";
import { type RunFolder, openRunFolder } from "../runs/run-folder.ts";
import { requireDeliverable } from "./require-deliverable.ts";
import { lookAtLocked } from "./locked-test.ts";
import { priceOfLeaks } from "./price-of-leaks.ts";
import { type RunSettings, describeRun } from "./describe-run.ts";
import { beginning, tell } from "../words/fact.ts";
import { wordsOf } from "../words/words.ts";
import { type Study, cacheOf, groupsOf, openStudy, requireBatch } from "./study.ts";
import type { CompareOptions } from "./compare-options.ts";
import { type TimeLimit, requireTimeLimit } from "./time-limit.ts";
import { partUnlabelled } from "./unlabelled/part-unlabelled.ts";
import { unlabelledPlans } from "./unlabelled/unlabelled-plans.ts";
import { useEngine } from "./use-engine.ts";
import { overQueue } from "../jobs/over-queue.ts";
import { openQueueConnection } from "../jobs/queue-connection.ts";
import { type SharedWork, shareWork, unfinishedShared } from "./share-work.ts";
import { requireTableClassifiers } from "./shared-question.ts";

export type { CompareOptions } from "./compare-options.ts";
export { nextSteps } from "../report/next-steps.ts";
export { rankRecipes } from "../runs/verdict.ts";

/** `compare --json`. The names are a contract; keys may be added. */
export interface CompareResult {
  readonly dataset: Pick<RunRecord["dataset"], "path" | "images" | "classes" | "skipped">;
  readonly seed: number;
  readonly folds: number;
  readonly recipes: readonly CompareRow[];
  /** Every two recipes that were measured, best first, under the test that decides. */
  readonly pairs: readonly Pair[];
  /** The locked test set, and how often it was looked at; null where none was asked for. */
  readonly lockedTest: NonNullable<RunRecord["lockedTest"]> | null;
  readonly winner: string | null;
  readonly verdict: string;
  readonly runDirectory: string;
  readonly report: string;
}

/** A recipe's row; a failed one has `error` and no figures, and so has one that was left out for want of time (E_TIME). */
export type CompareRow = Pick<RunRecipe, "name" | "backbones" | "layer" | "dimensions" | "pretrained"> &
  Partial<
    Pick<
      Extract<RunRecipe, { accuracy: unknown }>,
      "accuracy" | "macroF1" | "foldAccuracies" | "repeats" | "holdout" | "seconds" | "megabytes"
    >
  > &
  Partial<Pick<Extract<RunRecipe, { error: unknown }>, "error">> & {
    /** Means over the folds; absent where no network is trained. */
    readonly training?: TrainingSummary;
  };

/**
 * The main job: every recipe on every backbone, cross-validated on the same folds; the best is fitted on all training
 * images and written as a model folder, with a report beside it. A recipe that fails keeps its row. A run that was
 * stopped is continued by the next equal one: features and finished recipes are not computed again.
 *
 * @example
 * const run = compare("photos", { recipes: ["svm", "lda"] });
 * for await (const event of run) console.log(event);
 * console.log((await run.result).verdict);
 */
export function compare(data: string, given: CompareOptions = {}): Run<CompareResult> {
  return startRun(async (report) => {
    const { aside, learn } = await partUnlabelled(data, given.unlabelled);
    const options = { ...given, unlabelled: aside };
    const { seed = defaultSeed, folds = defaultFolds, out = "runs", signal, timeSeconds } = options;
    const limit = { startedAtMs: performance.now(), seconds: timeSeconds ?? Infinity };
    requireTimeLimit(options);
    await requirePlace(out, "folder");
    const named = await openPlans(options.recipes ?? recipesFor(options.backbones), options, report);
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    const extraction = { engine, cache: cacheOf(options), signal, report };
    const plans = [...named, ...(await unlabelledPlans(named, learn, extraction))];
    await requireDeliverable(plans, { engine, signal });
    if (options.queue !== undefined)
      return await compareOverQueue(options.queue, { data, plans, engine, options, report });
    const study = await openStudy(data, plans, { ...options, folds, engine, report });
    requireBatch(options, study);
    const settings: RunSettings = { data, seed, folds, plans, engine: engine.version, out, options };
    // a run that others share stays whole
    const shared =
      timeSeconds === undefined ? await unfinishedShared({ ...settings, engine, report }, study) : null;
    const folder = shared ?? (await openRunFolder(out, runKey(study, settings, engine)));
    const { path, continued: finished } = folder;
    if (finished) report({ type: "notice", ...tell("continuing", { path, finished }) });
    try {
      const { executor = inTurn } = options;
      const work = { engine, seed, executor, report, signal, limit };
      return resultOf(await carryOut(folder, study, settings, work), folder);
    } catch (error) {
      await folder.stop(isAbort(error) ? "interrupted" : "failed");
      if (isAbort(error)) report({ type: "notice", ...tell("isKept", { path }) });
      throw error;
    }
  });
}

/** The same with its features and fits done by workers; what is left is to be finished here. */
async function compareOverQueue(
  queue: string,
  asked: Pick<SharedWork, "data" | "plans" | "engine" | "options" | "report">,
): Promise<CompareResult> {
  const { engine, options, report } = asked;
  const { seed = defaultSeed, folds = defaultFolds, out = "runs", signal, executor = inTurn } = options;
  requireTableClassifiers(asked.plans);
  await using connection = await openQueueConnection(queue, { report, signal });
  const work = { ...asked, seed, folds, out, signal };
  try {
    const { folder, record, study } = await shareWork(work, ({ giveUp }, { parts }) => {
      const distribute = overQueue(connection, { folder: parts, giveUp });
      return { features: distribute, fits: distribute };
    });
    const settings: RunSettings = { ...work, engine: engine.version };
    return resultOf(
      record ?? (await carryOut(folder, study!, settings, { engine, seed, executor, report, signal })),
      folder,
    );
  } catch (error) {
    if (isAbort(error)) report({ type: "notice", ...tell("sharedIsKept") });
    throw error;
  }
}

interface CarryOutOptions extends WorkOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly executor: Executor;
  readonly report: Report;
  /** Default: none. */
  readonly limit?: TimeLimit | undefined;
}

/** Measures every plan, delivers the winner's model, and writes the record and the report. */
export async function carryOut(
  folder: RunFolder,
  study: Study,
  settings: RunSettings,
  options: CarryOutOptions,
): Promise<RunRecord> {
  const { folds: count, seed, plans } = settings;
  const rounds = repeatedFolds(study.labels, groupsOf(study.manifest), {
    repeats: Math.max(...plans.map(({ recipe }) => recipe.repeats ?? 1)),
    folds: count,
    seed,
    rows: study.training,
  });
  const log = openMetricLog(folder.path, { eventFolder, report: options.report });
  const listening = { ...options, report: log.listen(options.report) };
  const limit = options.limit ?? { startedAtMs: performance.now(), seconds: Infinity };
  const recipes = await measureRecipes(plans, { study, rounds, folder, log }, { ...listening, limit });
  const winner = chooseWinner(recipes);
  if (winner !== null) await deliverWinner(winner, { folder, study, rounds, recipes, settings }, listening);
  const leak = await priceOfLeaks({ plans, recipes, study }, { ...options, folds: count });
  const record = describeRun(
    folder,
    {
      leak,
      labelCurve: await measureLabelCurve(winner, { plans, recipes, study }, { ...options, limit }),
      lockedTest: await lookAtLocked(study, settings),
      study,
      folds: rounds[0]!,
      recipes,
      winner,
      ...verdictOf(recipes, study, { words: wordsOf(settings.options.lang), folds: count }),
    },
    settings,
  );
  options.report(beginning("report"));
  await writeFileAtomic(
    join(folder.path, "report.html"),
    await renderReport(record, {
      imageRoot: study.manifest.root,
      folder: folder.path,
      lang: settings.options.lang,
    }),
  );
  await folder.complete(record);
  return record;
}

interface Delivery {
  readonly folder: RunFolder;
  readonly study: Study;
  readonly rounds: readonly (readonly Fold[])[];
  readonly recipes: readonly RunRecipe[];
  readonly settings: RunSettings;
}

/** The best recipe, fitted on all training images, as a model folder in the run's. */
async function deliverWinner(
  winner: MeasuredRecipe,
  { folder, study, rounds, recipes, settings }: Delivery,
  options: CarryOutOptions,
): Promise<void> {
  const { plans } = settings;
  const plan = plans.find(({ name }) => name === winner.name)!;
  const keepOf = (one: Plan): KeptState => keptState(folder.parts, planTask(one, study, options));
  const executorOf = (one: Plan): Executor =>
    keepingIn(folder, planTask(one, study, options), options.executor);
  const quiet = { ...options, report: undefined, rounds, executor: executorOf(plan) };
  const validate = async (): Promise<CrossValidation> =>
    isBlend(plan)
      ? await validateBlend(plan, study, { ...quiet, plans, recipes, executorOf })
      : await validatePlan(plan, study, quiet);
  let validation: Promise<CrossValidation> | undefined;
  await deliverModel(
    join(folder.path, "model"),
    { plan, study },
    {
      ...options,
      report: reportWithin(options.report, { recipe: plan.name, fold: "model" }),
      keep: keepOf(plan),
      ...(winner.blend && {
        fit: async (work: WorkOptions) =>
          await fitBlend(winner.blend!, { ...options, ...work, study, plans, keepOf }),
      }),
      metrics: metricsOf(winner),
      golden: settings.options.golden,
      memory: settings.options.memory,
      outOfFold: async () => (await (validation ??= validate())).outOfFoldLogits, // all folds are kept: read once, not fitted
    },
  );
}

/** `tensorboard --logdir runs/<id>` shows each fold of each recipe as a run of its own: `fine-tune/fold-1`. */
function eventFolder({ recipe, fold }: MetricLine): string {
  const name = recipe.replaceAll(/[^\w.@-]/g, "_");
  return join("tensorboard", name, typeof fold === "number" ? `fold-${fold + 1}` : fold);
}

/** Digest of everything that decides the numbers: equal keys mean that finished parts may be taken over. */
function runKey(study: Study, { seed, folds, plans }: RunSettings, engine: Engine): string {
  const fold = { fold: folds, of: folds };
  return digestOf(
    plans.map((plan) => [plan.name, taskKey({ ...planTask(plan, study, { engine, seed }), fold })]),
  );
}

/** The estimates that travel with the model. */
function metricsOf({ accuracy, macroF1, holdout }: MeasuredRecipe): BundleMetrics {
  const { mean, low, high } = accuracy;
  return { accuracy: { mean, low, high }, macroF1, holdout };
}

/** A complete run as `compare` tells it. */
export function resultOf(record: RunRecord, folder: RunFolder): CompareResult {
  const { path, images, classes, skipped } = record.dataset;
  return {
    dataset: { path, images, classes, skipped },
    seed: record.seed,
    folds: record.folds,
    recipes: record.recipes.map(rowOf),
    pairs: record.pairs ?? [],
    lockedTest: record.lockedTest ?? null,
    winner: record.winner,
    verdict: record.verdict,
    runDirectory: resolve(folder.path),
    report: resolve(folder.path, "report.html"),
  };
}

function rowOf(recipe: RunRecipe): CompareRow {
  const { name, backbones, layer, dimensions, pretrained = true } = recipe;
  const head = { name, backbones, layer, dimensions, pretrained };
  if (!isMeasured(recipe)) return { ...head, error: recipe.error };
  const { accuracy, macroF1, foldAccuracies, repeats = 1, holdout, seconds, megabytes } = recipe;
  const training = trainingSummary(recipe);
  const row = {
    ...head,
    accuracy,
    macroF1,
    foldAccuracies,
    repeats,
    holdout,
    seconds,
    ...(megabytes !== undefined && { megabytes }),
  };
  return training === null ? row : { ...row, training };
}
