import { RootstockError, quoteList } from "../base/errors.ts";
import type { Recipe } from "./recipe.ts";

/** What a caller may say about a training, above what its recipe says. Absent: the recipe's own. */
export interface TrainingSettings {
  /** Outputs of new fully connected layers before the last; [] for a linear head. */
  readonly head?: readonly number[] | undefined;
  /** The last parameter group kept frozen, "none" or "all"; fine-tune alone. */
  readonly freezeTo?: string | undefined;
  /** The most epochs. */
  readonly epochs?: number | undefined;
  /** Epochs without a better inner validation after which it stops; null: none. */
  readonly patience?: number | null | undefined;
  readonly batchSize?: number | undefined;
  /** The highest learning rate; null: found by a range test. */
  readonly rate?: number | null | undefined;
  /** Share of inputs dropped before each layer of the head, in [0, 1). */
  readonly dropout?: number | undefined;
  /** Width and height of the pictures in pixels, null for the backbone's own; scratch alone. */
  readonly size?: number | null | undefined;
  /** Whether it is trained once more at the end, on all of its images. */
  readonly refit?: boolean | undefined;
}

/** Settings by the recipe kinds that have them. */
const kinds = {
  head: ["fine-tune", "scratch"],
  freezeTo: ["fine-tune"],
  epochs: ["fine-tune", "scratch"],
  patience: ["fine-tune", "scratch"],
  batchSize: ["fine-tune", "scratch"],
  rate: ["fine-tune", "scratch"],
  dropout: ["fine-tune", "scratch"],
  size: ["scratch"],
  refit: ["fine-tune", "scratch"],
} as const satisfies Readonly<Record<keyof TrainingSettings, readonly Recipe["kind"][]>>;

const names = Object.keys(kinds) as (keyof TrainingSettings)[];

/**
 * Recipes with the settings in place of their own values, each where its kind has it.
 * Throws E_OPTION for a setting that none of the recipes has, and for a value out of range, all at once.
 */
export async function withTrainingSettings(
  recipes: readonly Recipe[],
  settings: TrainingSettings,
): Promise<Recipe[]> {
  const given = names.filter((name) => settings[name] !== undefined);
  if (given.length === 0) return [...recipes];
  requireTakers(given, recipes);
  const { recipeSchema } = await import("./recipe-schema.ts");
  return recipes.map((recipe) => {
    const own = given.filter((name) => isTakenBy(name, recipe));
    const changed = { ...recipe, ...Object.fromEntries(own.map((name) => [name, settings[name]])) };
    const checked = recipeSchema.safeParse(changed);
    if (checked.success) return checked.data;
    const faults = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new RootstockError("E_OPTION", `${recipe.name}: ${faults.join("; ")}.`);
  });
}

function requireTakers(given: readonly (keyof TrainingSettings)[], recipes: readonly Recipe[]): void {
  const idle = given.filter((name) => !recipes.some((recipe) => isTakenBy(name, recipe)));
  if (idle.length === 0) return;
  const wanted = [...new Set(idle.flatMap((name) => kinds[name]))];
  throw new RootstockError(
    "E_OPTION",
    `${idle.join(", ")}: expected a recipe of kind ${wanted.join(" or ")}, got ${quoteList(recipes.map(({ name }) => name))}.`,
    { hint: "Only recipes that train a network have these settings; name one, or leave the settings out." },
  );
}

function isTakenBy(name: keyof TrainingSettings, { kind }: Recipe): boolean {
  return (kinds[name] as readonly string[]).includes(kind);
}
