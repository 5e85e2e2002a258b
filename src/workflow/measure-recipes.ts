import { isAbort, toErrorRecord } from "../base/errors.ts";
import { type Report, type WorkOptions, reportWithin } from "../base/events.ts";
import type { Fold } from "../data/folds.ts";
import type { Engine } from "../engine/engine.ts";
import type { Executor } from "../evaluate/executor.ts";
import { expectedCost } from "../recipes/expected-cost.ts";
import { keepResults } from "../runs/kept-results.ts";
import type { MetricLog } from "../runs/metric-log.ts";
import type { RunFolder } from "../runs/run-folder.ts";
import { type MeasuredRecipe, type RunRecipe, isMeasured } from "../runs/run-record.ts";
import type { Task } from "../runs/task.ts";
import { tell } from "../words/fact.ts";
import { measureBlend } from "./blend/measure-blend.ts";
import { isBlend } from "./blend/plan-blends.ts";
import { headOf, measurePlan } from "./measure-plan.ts";
import { openPace } from "./pace.ts";
import { pieceTask, planTask } from "./plan-task.ts";
import type { Plan } from "./plan.ts";
import type { Study } from "./study.ts";
import { LeftOut, type TimeLimit, limitPlan } from "./time-limit.ts";

/** What recipes are measured with. */
export interface MeasureRecipesOptions extends WorkOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly executor: Executor;
  readonly report: Report;
  readonly limit: TimeLimit;
}

/** On what they are measured, and where it is kept. */
export interface MeasuredOn {
  readonly study: Study;
  /** The folds of each round. */
  readonly rounds: readonly (readonly Fold[])[];
  readonly folder: RunFolder;
  readonly log: MetricLog;
}

/**
 * Every plan, the cheapest first, blends after what they average; rows come in the plans' order. Each finished one is kept in the run folder, so that a
 * killed run does not repeat it. One that does not fit into the limit is left out, unless nothing else has been measured.
 */
export async function measureRecipes(
  plans: readonly Plan[],
  { study, rounds, folder, log }: MeasuredOn,
  options: MeasureRecipesOptions,
): Promise<RunRecipe[]> {
  const expected = new Map(plans.map((plan) => [plan.name, expectedCost(plan.recipe, headOf(plan))]));
  const pace = openPace(expected, {
    folds: rounds[0]!.length,
    rounds: rounds.length,
    hasHoldout: study.holdout.length > 0,
  });
  const rows = new Map<string, RunRecipe>();
  const add = (name: string, row: RunRecipe): void => {
    rows.set(name, row);
    pace.finish(name);
    if (isMeasured(row)) logFigures(row, log);
  };
  for (const { name } of plans) {
    const kept = await folder.loadPart(name);
    if (kept !== null) add(name, kept);
  }
  for (const name of pace.order) {
    if (rows.has(name)) continue;
    const plan = plans.find((one) => one.name === name)!;
    const isNeeded = ![...rows.values()].some(isMeasured);
    using fitting = limitPlan(name, { ...options, pace, isNeeded });
    const executorOf = (one: Plan): Executor =>
      keepingIn(folder, planTask(one, study, options), fitting.executor);
    const report = reportWithin(options.report, { recipe: name });
    const { signal } = fitting;
    const measuring = { ...options, report, rounds, executor: executorOf(plan), signal };
    const measure = async (): Promise<MeasuredRecipe> =>
      isBlend(plan)
        ? await measureBlend(plan, study, { ...measuring, plans, recipes: [...rows.values()], executorOf })
        : await measurePlan(plan, study, measuring);
    const row = await measureOrExplain(plan, measure, { report, signal }).catch((error: unknown) =>
      leftOutRow(plan, { error: fitting.cut() ?? error, ...options }),
    );
    if (isMeasured(row) || row.error.code !== "E_TIME") await folder.savePart(name, row);
    add(name, row);
  }
  return plans.map(({ name }) => rows.get(name)!);
}

/** The executor that takes what the run folder has of a plan, and keeps there what it makes. */
export function keepingIn({ parts }: RunFolder, task: Task, executor: Executor): Executor {
  return keepResults(executor, { folder: parts, taskOf: (piece) => pieceTask(task, piece) });
}

/** The row of a recipe that does not fit. Throws any other error, and what the caller's signal says. */
function leftOutRow(
  plan: Plan,
  { error, signal, report }: WorkOptions & { error: unknown; report: Report },
): RunRecipe {
  signal?.throwIfAborted();
  if (!(error instanceof LeftOut)) throw error;
  report({ type: "notice", ...tell("leavesOutRecipe", { recipe: plan.name, ...error.expected }) });
  return { ...headOf(plan), error: error.record };
}

async function measureOrExplain(
  plan: Plan,
  measure: () => Promise<MeasuredRecipe>,
  { report, signal }: WorkOptions & { report: Report },
): Promise<RunRecipe> {
  try {
    return await measure();
  } catch (error) {
    if (isAbort(error) || error instanceof LeftOut || signal?.aborted === true) throw error;
    const record = toErrorRecord(error);
    const { code, message } = record;
    report({ type: "warning", code, ...tell("recipeFailed", { recipe: plan.name, code, message }) });
    return { ...headOf(plan), error: record };
  }
}

/** What events have told of is there already; folds that other processes trained are told of by their results alone. */
function logFigures({ name: recipe, foldAccuracies, training = [] }: MeasuredRecipe, log: MetricLog): void {
  for (const [fold, { epochs }] of training.entries())
    for (const point of epochs) log.add({ recipe, fold, ...point });
  for (const [fold, accuracy] of foldAccuracies.entries()) log.add({ recipe, fold, accuracy });
}
