import { reportWithin } from "../../base/events.ts";
import type { WorkOptions } from "../../base/events.ts";
import { type BlendPart, composeBlend } from "../../bundle/compose-blend.ts";
import { keepColumns } from "../../bundle/compose-model.ts";
import type { Engine } from "../../engine/engine.ts";
import type { KeptState } from "../../evaluate/method.ts";
import type { FittedRecipe } from "../../recipes/method-of.ts";
import type { MeasuredRecipe } from "../../runs/run-record.ts";
import type { Deliverable } from "../deliver-model.ts";
import type { Plan } from "../plan.ts";
import { planMethod } from "../plan-method.ts";
import type { Study } from "../study.ts";

/** What a blend's members are fitted with. */
export interface FitBlendOptions extends WorkOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly study: Study;
  /** All of the run. */
  readonly plans: readonly Plan[];
  keepOf(plan: Plan): KeptState;
}

/** Fits the members that count on all training rows, to be delivered as one model with the weights that were measured. */
export async function fitBlend(
  { members, temperature }: NonNullable<MeasuredRecipe["blend"]>,
  { engine, seed, study, plans, keepOf, signal, report }: FitBlendOptions,
): Promise<Deliverable> {
  const fitted: FittedRecipe[] = [];
  for (const { recipe } of members) {
    const plan = plans.find(({ name }) => name === recipe)!;
    const within = report && reportWithin(report, { recipe });
    const method = planMethod(plan, study, { engine });
    fitted.push(await method.fit(study.training, { seed, keep: keepOf(plan), signal, report: within }));
  }
  const weights = members.map(({ weight }) => weight);
  const partOf = (one: FittedRecipe, learnt: readonly number[] | null): BlendPart => ({
    branches: one.branches,
    classifier: learnt === null ? one.classifier() : keepColumns(one.classifier(), learnt),
  });
  return {
    compose: (learnt, labels) =>
      composeBlend(
        fitted.map((one) => partOf(one, learnt)),
        { weights, temperature },
        labels,
      ),
    chosen: { ...Object.fromEntries(members.map(({ recipe, weight }) => [recipe, weight])), temperature },
    training: undefined,
    pipeline: null, // of several, on features of their own: there is no one memory of it
    isInterrupted: fitted.some(({ isInterrupted }) => isInterrupted),
  };
}
