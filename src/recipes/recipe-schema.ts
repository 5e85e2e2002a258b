import { z } from "zod";
import { classifierTable } from "../classifiers/classifier-table.ts";
import { isModuleWord } from "./own/own-classifier.ts";
import { transformNames } from "../classifiers/transforms/transform-table.ts";
import { poolings } from "../features/feature-model.ts";
import { viewCounts } from "../features/views.ts";
import { scheduleNames } from "../training/schedule.ts";
import type { Recipe } from "./recipe.ts";
import { settingSchema } from "./setting-schema.ts";

const hyperParameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

const roleName = z.string().regex(/^[\w-]+$/, "expected letters, digits, - and _");

const common = {
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "expected lower-case letters, digits, - and _"),
  summary: z.string().min(1).max(300),
  role: roleName.nullable().default(null),
  layer: z.string().nullable().default(null),
  pooling: z.enum(poolings).default("avg"),
  repeats: z.int().min(1).max(100).exactOptional(),
};

const transform = z.union([z.enum(transformNames), z.strictObject({ pca: z.int().positive().max(65_536) })], {
  error: `expected one of ${transformNames.join(", ")}, or { pca: components }`,
});

const classifierNames = Object.keys(classifierTable);
const classifierWord = z.string().refine((word) => classifierNames.includes(word) || isModuleWord(word), {
  error: ({ input }) =>
    `expected one of ${classifierNames.join(", ")}, or a module of yours like ./mine.js, got ${JSON.stringify(input)}`,
});

const classifier = z.strictObject({
  ...common,
  kind: z.literal("classifier"),
  backbones: z.enum(["each", "all"]).default("each"),
  views: z.literal(viewCounts).default(1),
  stages: z.int().min(1).max(4).default(1),
  transforms: z.array(transform).default([]),
  alternatives: z.array(z.array(transform)).max(8).default([]),
  classifier: classifierWord,
  grid: z.array(hyperParameters).min(1).nullable().default(null),
});

/** What both kinds of training say; defaults are those of the shipped recipes. */
const training = {
  ...common,
  backbones: z.literal("each").default("each"),
  head: settingSchema("head").default([]),
  dropout: settingSchema("dropout").default(0),
  epochs: settingSchema("epochs"),
  patience: settingSchema("patience").default(null),
  batchSize: settingSchema("batchSize").nullable().default(null),
  schedule: z.enum(scheduleNames).default("one-cycle"),
  weightDecay: z.number().min(0).lt(1).default(0.01),
  labelSmoothing: z.number().min(0).lt(1).default(0),
  mixup: z.number().min(0).max(10).default(0),
  on: z.record(roleName, z.record(z.string(), z.unknown())).exactOptional(),
};

const fineTune = z.strictObject({
  ...training,
  kind: z.literal("fine-tune"),
  refit: settingSchema("refit").default(true),
  freezeTo: settingSchema("freezeTo").nullable().default(null),
  views: z.int().nonnegative().max(64).default(3),
  rate: settingSchema("rate").default(1e-3),
  bodyRate: z.number().positive().max(10).default(0.5),
  decay: z.number().positive().max(1).default(1),
});

const scratch = z.strictObject({
  ...training,
  kind: z.literal("scratch"),
  refit: settingSchema("refit").default(false),
  size: settingSchema("size").default(null),
  rate: settingSchema("rate").default(null),
});

const blend = z.strictObject({
  version: common.version,
  name: common.name,
  summary: common.summary,
  kind: z.literal("blend"),
  members: z.array(z.string().min(1)).min(2).nullable().default(null),
  backbones: z.literal("all").default("all"),
  role: z.null().default(null),
  layer: z.null().default(null),
  pooling: z.literal("avg").default("avg"),
});

/** A recipe without a `kind` is one for a classifier. */
const withKind = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !("kind" in value)
    ? { kind: "classifier", ...value }
    : value;

/** What says which recipe it is, and is no setting of it. */
const identity: ReadonlySet<string> = new Set([
  "version",
  "name",
  "kind",
  "role",
  "backbones",
  "on",
  "repeats",
]);

/** Each set of settings under `on` has to be as good in the place of the recipe's own. */
function checkOn(recipe: Recipe, { addIssue }: z.RefinementCtx): void {
  if (recipe.kind === "classifier" || recipe.kind === "blend") return;
  const { on = {}, ...general } = recipe;
  for (const [role, own] of Object.entries(on)) {
    const problem = (path: readonly PropertyKey[], message: string): void =>
      addIssue({ code: "custom", path: ["on", role, ...path], message });
    for (const name of Object.keys(own)) if (identity.has(name)) problem([name], "expected a setting");
    const checked = (recipe.kind === "fine-tune" ? fineTune : scratch).safeParse({ ...general, ...own });
    for (const issue of checked.error?.issues ?? [])
      addIssue({ ...issue, input: undefined, path: ["on", role, ...issue.path] } as Parameters<
        typeof addIssue
      >[0]);
  }
}

/** A misspelt hyper-parameter is told with the recipe, and not by the first fit. */
function checkGrid(recipe: Recipe, { addIssue }: z.RefinementCtx): void {
  if (recipe.kind !== "classifier" || recipe.grid === null) return;
  const known = Object.keys(classifierTable[recipe.classifier]?.defaults ?? {});
  if (known.length === 0) return; // a classifier of the user's own checks its own
  for (const [i, candidate] of recipe.grid.entries()) {
    const keys = Object.keys(candidate).filter((key) => !known.includes(key));
    if (keys.length > 0) addIssue({ code: "unrecognized_keys", keys, input: candidate, path: ["grid", i] });
  }
}

/** The recipe file, strict: an unknown key is an error, because a misspelt one would silently do nothing. */
export const recipeSchema: z.ZodType<Recipe> = z
  .preprocess(
    withKind,
    z.discriminatedUnion("kind", [classifier, fineTune, scratch, blend]) as unknown as z.ZodType<Recipe>,
  )
  .superRefine(checkOn)
  .superRefine(checkGrid);

/** Which keys may stand at a place of a recipe: at its top those of its kind, under `on` the settings, in `grid` hyper-parameters, else none that are known; for
 * `kind` itself its values. */
export function keysAt(recipe: unknown): (path: readonly PropertyKey[]) => readonly string[] {
  const { kind = "classifier", classifier: word } = (recipe ?? {}) as {
    readonly kind?: unknown;
    readonly classifier?: unknown;
  };
  const forms: Readonly<Record<string, z.ZodObject>> = {
    classifier,
    "fine-tune": fineTune,
    scratch,
    blend,
  };
  const keys = Object.keys(forms[String(kind)]?.shape ?? {});
  return (path) => {
    if (path.length === 0) return keys;
    if (path[0] === "on") return keys.filter((key) => !identity.has(key));
    if (path[0] === "kind") return Object.keys(forms);
    if (path[0] === "grid") return Object.keys(classifierTable[String(word)]?.defaults ?? {});
    return path[0] === "transforms" ? ["pca"] : [];
  };
}
