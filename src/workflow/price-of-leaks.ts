import { stratifiedFolds } from "../data/folds.ts";
import type { Manifest } from "../data/manifest.ts";
import { crossValidate } from "../evaluate/cross-validate.ts";
import { byMerit } from "../evaluate/verdict.ts";
import { type MeasuredRecipe, type RunRecipe, type RunRecord, isMeasured } from "../runs/run-record.ts";
import type { MeasureOptions } from "./measure-plan.ts";
import type { Plan } from "./plan.ts";
import { planMethod } from "./plan-method.ts";
import { type Study, groupsOf } from "./study.ts";

/** Folds and seed of the comparison, and who hears of it. */
type PriceOptions = Pick<MeasureOptions, "engine" | "seed" | "signal"> & { readonly folds: number };

/**
 * What copies would have feigned: the best classifier on features, measured once more on folds that may part copies and
 * near-duplicates, beside its figure with each group on one side. Null where there are none, or no classifier was measured: to train a
 * network again for it would cost too much.
 */
export async function priceOfLeaks(
  { plans, recipes, study }: { plans: readonly Plan[]; recipes: readonly RunRecipe[]; study: Study },
  { engine, seed, signal, folds: count }: PriceOptions,
): Promise<NonNullable<RunRecord["leak"]> | null> {
  const { manifest, labels, training } = study;
  const parted = copiesOf(study);
  const best = bestOnFeatures(recipes, plans);
  if (parted.size === 0 || best === undefined) return null;
  const groups = groupsOf(manifest).map((group, row) => (parted.has(row) ? `image ${row}` : group));
  const { outOfFoldLogits: _, ...judged } = await crossValidate(planMethod(best.plan, study, { engine }), {
    labels,
    groups,
    classCount: manifest.classes.length,
    folds: stratifiedFolds(labels, groups, { folds: count, seed, rows: training }),
    seed,
    signal,
  });
  const isRight = (row: number): boolean => judged.predictions[row] === labels[row];
  return {
    recipe: best.recipe.name,
    images: parted.size,
    groups: new Set([...parted].map((row) => manifest.rows[row]!.group)).size,
    kept: share(training, (row) => best.recipe.predictions[row]?.label === labels[row]),
    parted: share(training, isRight),
  };
}

/** Rows for training that are copies or near-duplicates of another one for training. */
function copiesOf({ manifest, training }: Study): ReadonlySet<number> {
  const names = sameThing(manifest);
  const counts = new Map<string, number>();
  for (const row of training) counts.set(names[row]!, (counts.get(names[row]!) ?? 0) + 1);
  return new Set(training.filter((row) => counts.get(names[row]!)! > 1));
}

/** A name for each row that its copies share, whatever groups the user gave. */
function sameThing({ rows, nearDuplicates = [] }: Manifest): string[] {
  const near = new Map(
    nearDuplicates.flatMap((paths, i) => paths.map((path) => [path, `near ${i}`] as const)),
  );
  const byBytes = new Map(
    rows.flatMap(({ path, sha256 }) => (near.has(path) ? [[sha256, near.get(path)!]] : [])),
  );
  return rows.map(({ sha256 }) => byBytes.get(sha256) ?? sha256);
}

/** The best of the measured recipes that put a classifier on features. */
export function bestOnFeatures(
  recipes: readonly RunRecipe[],
  plans: readonly Plan[],
): { recipe: MeasuredRecipe; plan: Plan } | undefined {
  const candidates = recipes.filter(isMeasured).flatMap((recipe) => {
    const plan = plans.find(({ name }) => name === recipe.name);
    return plan?.recipe.kind === "classifier" ? [{ recipe, plan }] : [];
  });
  return candidates.toSorted((a, b) => byMerit(a.recipe, b.recipe))[0];
}

function share(rows: Int32Array, test: (row: number) => boolean): number {
  return rows.filter(test).length / rows.length;
}
