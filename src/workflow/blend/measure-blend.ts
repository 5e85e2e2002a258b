import {
  type BlendExecutor,
  type BlendMember,
  blendExecutor,
} from "../../classifiers/blend/blend-executor.ts";
import { RootstockError, quoteList } from "../../base/errors.ts";
import { type CrossValidation, fitAndScore } from "../../evaluate/cross-validate.ts";
import type { Executor, FitResult, FitTask } from "../../evaluate/executor.ts";
import type { BlendRecipe } from "../../recipes/recipe.ts";
import { type MeasuredRecipe, type RunRecipe, isMeasured } from "../../runs/run-record.ts";
import { type MeasureOptions, headOf, measurePlan, prepareFirst, validatePlan } from "../measure-plan.ts";
import { type Plan, useKey } from "../plan.ts";
import { planMethod } from "../plan-method.ts";
import type { Study } from "../study.ts";
import { type PricedMember, blendCost } from "./blend-cost.ts";
import { membersOf } from "./plan-blends.ts";

/** What a blend is measured with, beside what every plan is. */
export interface MeasureBlendOptions extends MeasureOptions {
  /** All of the run. */
  readonly plans: readonly Plan[];
  /** The rows that are measured already; a recipe that failed is no member. */
  readonly recipes: readonly RunRecipe[];
  /** Who has a plan's results, or makes them again. */
  executorOf(plan: Plan): Executor;
}

/**
 * Judges a blend by its members' answers, fold by fold. Its seconds are those of all members together, though some come to
 * no weight: without them nobody would have known. Throws E_RECIPE where fewer than two members were measured.
 */
export async function measureBlend(
  plan: Plan & { recipe: BlendRecipe },
  study: Study,
  options: MeasureBlendOptions,
): Promise<MeasuredRecipe> {
  const { members, blended } = blendedMembers(plan, study, options);
  const row = await measurePlan(plan, study, { ...options, executor: blended.executor });
  const made = madeOf(plan, members, blended);
  const { onePhoto, megabytes } = await blendCost(pricedOf(made.blend!, options), options);
  return {
    ...row,
    ...made,
    seconds: { ...row.seconds, ...(onePhoto !== undefined && { onePhoto }) },
    ...(megabytes !== undefined && { megabytes }),
  };
}

/** The first round of a blend's cross-validation. Throws as `measureBlend` does. */
export async function validateBlend(
  plan: Plan & { recipe: BlendRecipe },
  study: Study,
  options: MeasureBlendOptions,
): Promise<CrossValidation> {
  const { executor } = blendedMembers(plan, study, options).blended;
  return await validatePlan(plan, study, { ...options, executor });
}

function blendedMembers(
  plan: Plan & { recipe: BlendRecipe },
  study: Study,
  options: MeasureBlendOptions,
): { members: readonly Plan[]; blended: BlendExecutor } {
  const members = measuredMembers(plan, options);
  const results = members.map((member) => asMember(member, study, options));
  return { members, blended: blendExecutor(results, study.labels) };
}

function pricedOf(
  { members }: NonNullable<MeasuredRecipe["blend"]>,
  { plans, recipes }: MeasureBlendOptions,
): PricedMember[] {
  return members.map(({ recipe }) => ({
    plan: plans.find(({ name }) => name === recipe)!,
    row: recipes.filter(isMeasured).find(({ name }) => name === recipe)!,
  }));
}

function measuredMembers(
  { name, recipe }: Plan & { recipe: BlendRecipe },
  { plans, recipes }: MeasureBlendOptions,
): readonly Plan[] {
  const finished = new Set(recipes.filter(isMeasured).map((row) => row.name));
  const members = membersOf(recipe, plans).filter((member) => finished.has(member.name));
  if (members.length >= 2) return members;
  throw new RootstockError(
    "E_RECIPE",
    `${name}: expected two recipes or more that were measured, got ${quoteList(members.map((one) => one.name)) || "none"}.`,
    { hint: "See what stopped the others." },
  );
}

/** Results are kept by the run; what is missing after all is computed as it would have been. */
function asMember(member: Plan, study: Study, options: MeasureBlendOptions): BlendMember {
  const { signal } = options;
  const classCount = study.manifest.classes.length;
  const method = planMethod(member, study, options);
  const { executor } = prepareFirst(method, { ...options, executor: options.executorOf(member) });
  return {
    name: member.name,
    results: async (tasks: readonly FitTask[]) => {
      const results: FitResult[] = [];
      for await (const result of executor(tasks, (task, given) =>
        fitAndScore(method, task, { classCount, signal, ...given }),
      ))
        results.push(result);
      return results;
    },
  };
}

/** The members that count, and what a prediction takes: networks that differ, features, members. */
function madeOf(
  plan: Plan,
  members: readonly Plan[],
  { whole }: BlendExecutor,
): Pick<MeasuredRecipe, "blend" | "backbones" | "layer" | "dimensions" | "complexity" | "resolved"> {
  const { weights, temperature } = whole();
  const used = members.filter((_, m) => weights[m]! > 0);
  const uses = [
    ...new Map(used.flatMap((one) => one.uses.map((use) => [useKey(use), use] as const))).values(),
  ];
  const head = headOf({ ...plan, uses });
  return {
    backbones: head.backbones,
    layer: head.layer,
    dimensions: head.dimensions,
    complexity: [head.complexity![0]!, networksOf(used), head.dimensions, used.length],
    resolved: { ...plan.recipe, members: members.map(({ name }) => name) },
    blend: {
      members: members
        .map(({ name }, m) => ({ recipe: name, weight: weights[m]! }))
        .filter(({ weight }) => weight > 0),
      temperature,
    },
  };
}

/** Frozen networks are shared by the recipes on them; one that was trained is its recipe's own. */
function networksOf(plans: readonly Plan[]): number {
  const isTrained = ({ recipe }: Plan): boolean => recipe.kind !== "classifier";
  const frozen = plans
    .filter((plan) => !isTrained(plan))
    .flatMap(({ uses }) => uses.map(({ backbone }) => backbone.sha256));
  return new Set(frozen).size + plans.filter(isTrained).length;
}
