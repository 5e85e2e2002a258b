import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { writeFileOnce } from "../files/atomic-write.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { type Machine, digestOf } from "../runs/task.ts";
import type { Pooling } from "../features/feature-model.ts";
import type { NamedBackbone, Plan } from "./plan.ts";
import { planTask } from "./plan-task.ts";
import type { DataOptions } from "./read-data.ts";
import { splitRole } from "./split-role.ts";

/** What a shared run asks, as the first of its processes wrote it down for the others. Paths are absolute, and its own. */
export interface SharedQuestion {
  readonly format: 1;
  readonly data: string;
  readonly layout: DataOptions;
  readonly lockTest?: number | undefined;
  /** Names, or files' paths. */
  readonly backbones: readonly string[];
  readonly plans: readonly SharedPlan[];
  /** The caller's, above those of the recipes. */
  readonly layer?: string | undefined;
  readonly folds: number;
  readonly seed: number;
  /** The cache folder that all of them share. */
  readonly cache: string;
  /** See `dataDigest`: of all pictures that were scanned. */
  readonly scanned: string;
  readonly machine: Machine;
}

/** A row of the comparison as others can read it: its backbones by the names that they were opened under. */
export interface SharedPlan {
  readonly name: string;
  /** As resolved, settings included. */
  readonly recipe: Recipe;
  readonly uses: readonly { readonly backbone: string; readonly layer: string; readonly pooling: Pooling }[];
}

/** What a question says of plans. A classifier of the user's own is named and not given: no process runs another's code. */
export function sharedPlans(plans: readonly Plan[]): SharedPlan[] {
  return plans.map(({ name, recipe, uses }) => ({
    name,
    recipe: recipe.kind === "classifier" ? { ...recipe, own: undefined } : recipe,
    uses: uses.map(({ backbone, ...use }) => ({ ...use, backbone: backbone.name })),
  }));
}

/** Workers load no module of anybody's. Throws E_OPTION for classifiers of the user's own. */
export function requireTableClassifiers(plans: readonly Plan[]): void {
  const own = plans.filter(({ recipe }) => recipe.kind === "classifier" && recipe.own !== undefined);
  if (own.length === 0) return;
  throw new RootstockError(
    "E_OPTION",
    `queue: expected classifiers of the package, got one of your own in ${quoteList(own.map(({ name }) => name))}.`,
    {
      hint: "Workers run no code that a queue names. Use --shard-index and --shard-count, or compare without a queue.",
    },
  );
}

/** The plans again, on backbones that were opened here. Throws E_RUN for one of another name. */
export function plansOn(
  plans: readonly SharedPlan[],
  opened: readonly NamedBackbone[],
  parts: string,
): Plan[] {
  const byName = new Map(opened.map((backbone) => [backbone.name, backbone]));
  return plans.map((plan) => ({
    ...plan,
    uses: plan.uses.map((use) => ({ ...use, backbone: byName.get(use.backbone) ?? missing(use.backbone) })),
  }));

  function missing(name: string): never {
    throw new RootstockError(
      "E_RUN",
      `shared run ${JSON.stringify(parts)}: expected a backbone ${JSON.stringify(name)}, got ${quoteList([...byName.keys()])}.`,
      { hint: "Backbones need the same files and cards on every machine." },
    );
  }
}

/**
 * Digest of the question without the machine: processes that ask the same meet in one folder, and there those that would
 * compute other last digits are told so.
 */
export function sharedKey(
  plans: readonly Plan[],
  { scanned, folds, seed }: Pick<SharedQuestion, "scanned" | "folds" | "seed">,
): string {
  const noMachine = { version: "", threads: 0 };
  const asked = plans.map((plan) => {
    const { machine: _, ...task } = planTask(plan, { digest: scanned }, { engine: noMachine, seed });
    return [plan.name, task];
  });
  return digestOf([scanned, folds, asked]);
}

/** In a run's `parts`. */
const fileName = "question.json";

/**
 * Writes the question down in a shared run's folder, or finds it there and makes sure that this process computes alike.
 * Throws E_RUN where version, threads or platform differ.
 */
export async function agreeOn(parts: string, question: SharedQuestion): Promise<void> {
  if (await writeFileOnce(join(parts, fileName), JSON.stringify(question))) return;
  const first = await readQuestion(parts);
  requireAlike(question.machine, first.machine, parts);
}

/** Throws E_RUN where the digits of two machines may differ. */
export function requireAlike(own: Machine, first: Machine, folder: string): void {
  const differing = (["rootstock", "engine", "threads", "platform"] as const).filter(
    (name) => own[name] !== first[name],
  );
  if (differing.length === 0) return;
  const list = (machine: Machine): string =>
    differing.map((name) => `${name} ${JSON.stringify(machine[name])}`).join(", ");
  throw new RootstockError(
    "E_RUN",
    `shared run ${JSON.stringify(folder)}: expected ${list(first)}, as the process that began it has, got ${list(own)}.`,
    {
      hint: differing.includes("threads")
        ? `Give every process --threads ${first.threads}, or begin another run with another --out.`
        : "All processes of a run need the same version and kind of machine; another --out begins another run.",
    },
  );
}

/** The question of a shared run. Throws E_RUN where the folder is not seen from here, or holds none. */
export async function readQuestion(parts: string): Promise<SharedQuestion> {
  const path = join(parts, fileName);
  try {
    return await parseQuestion(await readFile(path, "utf8"));
  } catch (cause) {
    if (cause instanceof RootstockError) throw cause;
    throw new RootstockError(
      "E_RUN",
      `shared run: expected its question in ${JSON.stringify(path)}, found none.`,
      {
        hint: "This machine must see the run's folder: mount it at the same path, or say where it is with --map FROM=TO.",
        cause,
      },
    );
  }
}

async function parseQuestion(text: string): Promise<SharedQuestion> {
  const value = JSON.parse(text) as SharedQuestion;
  const { recipeSchema } = await import("../recipes/recipe-schema.ts");
  const isSound =
    value.format === 1 && value.plans.every(({ recipe }) => recipeSchema.safeParse(recipe).success);
  if (!isSound) throw new RootstockError("E_RUN", "shared run: its question is of another version.");
  return value; // and not the schema's output: keys keep their order, which digests see
}

/** Files among `NAME`, FILE and `role=FILE` with their paths made absolute; names as they are. */
export async function absoluteWords(words: readonly string[]): Promise<string[]> {
  return await Promise.all(
    words.map(async (word) => {
      const { role, rest } = splitRole(word);
      const isFile = (await stat(rest).catch(() => null))?.isFile() ?? false;
      const path = isFile ? resolve(rest) : rest;
      return role === undefined ? path : `${role}=${path}`;
    }),
  );
}
