import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { argmax, rowOf } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { formatPercent } from "../src/base/format-number.ts";
import { studentT95 } from "../src/evaluate/student-t.ts";
import { writeFileAtomic } from "../src/files/atomic-write.ts";
import { digestOf } from "../src/runs/task.ts";
import { recipesFor } from "../src/workflow/defaults.ts";
import { openPlans } from "../src/workflow/open-plans.ts";
import { planMethod } from "../src/workflow/plan-method.ts";
import { planTask } from "../src/workflow/plan-task.ts";
import type { Plan } from "../src/workflow/plan.ts";
import { type Study, openStudy } from "../src/workflow/study.ts";
import { useEngine } from "../src/workflow/use-engine.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";

/** Photos of each class to learn from; all others are to be named. */
const perClass = 20;
const seeds = [1, 2, 3, 4, 5];
/** What was finished, so that a stopped benchmark goes on. */
const parts = "bench/results/five-ways-parts.json";
/** From random weights, with more time than the recipe's own settings for a quick look give it. */
const bestChance = { size: 96, epochs: 80, patience: 25 };

/**
 * The article's five ways and the hand-made features at 20 photos a class: each seed draws its own photos to learn from,
 * the others are named. Mean accuracy with its 95 % interval over the seeds (Student's t), and by how much each way is
 * above training from random weights, seed by seed.
 */
export async function run({ data, only }: BenchOptions): Promise<BenchResult> {
  const plans = await plansOf(only);
  await using inUse = await useEngine({});
  const { engine } = inUse;
  const study = await openStudy(data ?? "../shared/data/flowers", plans, { engine, report: () => undefined });
  const known = await readParts();
  const table = new Map<string, number[]>();
  for (const seed of seeds)
    for (const plan of plans) {
      const key = digestOf([planTask(plan, study, { engine, seed }), perClass]);
      known[key] ??= await accuracyOf(plan, { study, engine, seed });
      await keepParts(known);
      table.set(plan.name, [...(table.get(plan.name) ?? []), known[key]]);
      console.error(`seed ${seed}, ${plan.name}: ${formatPercent(known[key])}`);
    }
  return { columns, rows: rowsOf(plans, table), raw: { perClass, seeds, bestChance, ways: [...table] } };
}

const columns = ["flowers, 20 photos a class", "networks", "accuracy", "95 % interval", "above scratch"];

async function plansOf(only: string | null): Promise<Plan[]> {
  const plans = await openPlans(recipesFor(undefined), {}, () => undefined);
  const withTime = plans.map((plan) =>
    plan.recipe.kind === "scratch" ? { ...plan, recipe: { ...plan.recipe, ...bestChance } } : plan,
  );
  return withTime.filter(({ name }) => only === null || only.split(",").includes(name));
}

async function accuracyOf(
  plan: Plan,
  { study, engine, seed }: { study: Study; engine: Parameters<typeof planMethod>[2]["engine"]; seed: number },
): Promise<number> {
  const { training, test } = drawn(study, seed);
  const fitted = await planMethod(plan, study, { engine }).fit(training, { seed });
  const logits = await fitted.logits(test);
  const right = test.reduce((sum, row, i) => sum + Number(argmax(rowOf(logits, i)) === study.labels[row]), 0);
  return right / test.length;
}

/** So many of each class, in an order that the seed decides; the rest. */
function drawn({ labels, training: rows }: Study, seed: number): { training: Int32Array; test: Int32Array } {
  const counts = new Map<number, number>();
  const chosen = new Set<number>();
  for (const row of createRandom(seed).shuffle(rows)) {
    const label = labels[row]!;
    const count = counts.get(label) ?? 0;
    if (count < perClass) chosen.add(row);
    counts.set(label, count + 1);
  }
  return {
    training: rows.filter((row) => chosen.has(row)),
    test: rows.filter((row) => !chosen.has(row)),
  };
}

function rowsOf(plans: readonly Plan[], table: ReadonlyMap<string, readonly number[]>): string[][] {
  const baseline = table.get("scratch");
  return plans.map(({ name, uses }) => {
    const values = table.get(name)!;
    const { mean, low, high } = interval(values);
    const lead = baseline === undefined ? null : interval(values.map((value, i) => value - baseline[i]!));
    const points = (share: number): string => (100 * share).toFixed(1);
    return [
      `\`${name}\``,
      uses.map(({ backbone }) => backbone.name).join(" + "),
      formatPercent(mean),
      `${formatPercent(low)} to ${formatPercent(high)}`,
      lead === null || name === "scratch"
        ? ""
        : `${points(lead.mean)} (${points(lead.low)} to ${points(lead.high)})`,
    ];
  });
}

/** Mean ± t s / √n, 95 %. */
function interval(values: readonly number[]): { mean: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentT95(values.length - 1) * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}

async function readParts(): Promise<Record<string, number>> {
  const text = await readFile(parts, "utf8").catch(() => "{}");
  return JSON.parse(text) as Record<string, number>;
}

async function keepParts(known: Readonly<Record<string, number>>): Promise<void> {
  await mkdir(dirname(parts), { recursive: true });
  await writeFileAtomic(parts, `${JSON.stringify(known, null, 1)}\n`);
}
