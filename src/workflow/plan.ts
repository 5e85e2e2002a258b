import type { Backbone } from "../backbones/backbone.ts";
import { type OpenOptions, openBackbone } from "../backbones/open-backbone.ts";
import { RootstockError, quoteList } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Pooling } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { Views } from "../features/views.ts";
import { lastStages } from "../features/last-stages.ts";
import { recipeOn } from "../recipes/recipe-on.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { isOfRole } from "../recipes/role.ts";
import { pullMissing } from "./backbones/pull-missing.ts";
import { embeddedFor } from "./defaults.ts";
import { splitRole } from "./split-role.ts";

export { type Pooling, poolings } from "../features/feature-model.ts";
export { type Views } from "../features/views.ts";

/** One way of taking features: a backbone, a layer, a pooling. */
export interface FeatureUse {
  readonly backbone: NamedBackbone;
  readonly layer: string;
  readonly pooling: Pooling;
  /** Features are means over so many views; absent for one. */
  readonly views?: Views;
}

/** A backbone under the name that results carry: its role if one was given, else its card's name. */
export interface NamedBackbone extends Backbone {
  readonly name: string;
}

/** One row of the comparison: a recipe on the backbones it will use. `name` is unique in a run. */
export interface Plan {
  readonly name: string;
  /** As it is on these backbones. */
  readonly recipe: Recipe;
  readonly uses: readonly FeatureUse[];
}

/** What is read of backbones, and whether missing ones are fetched. */
export interface OpenBackbonesOptions extends WorkOptions {
  readonly layers: readonly string[];
  /** Pull what is named and missing first; default false. */
  readonly download?: boolean | undefined;
}

/**
 * Opens `NAME`, a file's path or `role=...` each; two of one name are refused with E_OPTION.
 * `layers`: where features will be taken, "default" for a card's own. Of a file of weights nothing behind the default
 * layer is read when that is all: VGG-16's fully connected layers are 470 of its 528 MiB.
 */
export async function openBackbones(
  words: readonly string[],
  { layers, download = false, signal, report }: OpenBackbonesOptions,
): Promise<NamedBackbone[]> {
  if (download) await pullMissing(words, { signal, report });
  const isTrunk = layers.every((layer) => layer === "default");
  const opened = await Promise.all(
    words.map((word) => openNamed(word, { signal, report, ...(isTrunk ? { layers } : {}) })),
  );
  const twice = opened.find(({ name }, i) => opened.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new RootstockError("E_OPTION", `backbone "${twice.name}": given twice.`, {
      hint: "Give one of them a role of its own: --backbone other=FILE.",
    });
  return opened;
}

/** The layers that recipes take features at; `above` all of them stands the caller's own. */
export function layersOf(recipes: readonly Recipe[], above: { layer?: string | undefined }): string[] {
  return recipes.map(({ layer }) => above.layer ?? layer ?? "default");
}

/**
 * Recipes times backbones. A recipe for `each` backbone is named `svm@squeezenet1_1` when it runs on several and plain
 * `svm` when it runs on one; a recipe for `all` joins them in the order given. One with a role has only those of it.
 * `layer` and `pooling`, where given, stand above what the recipes say. Throws E_OPTION for two of
 * one name, and naming every role that no backbone has.
 */
export function planRecipes(
  recipes: readonly Recipe[],
  backbones: readonly NamedBackbone[],
  above: Above,
): Plan[] {
  requireRoles(recipes, backbones);
  return named(recipes.flatMap((recipe) => plansOf(recipe, suitableFor(recipe, backbones), above)));
}

/** Each recipe on the embedded backbones that are its own where none was named: see `embeddedFor`. */
export function planOnEmbedded(
  recipes: readonly Recipe[],
  embedded: readonly NamedBackbone[],
  above: Above,
): Plan[] {
  const plans = recipes.flatMap((recipe) => {
    const own = embeddedFor(recipe).flatMap((word) => embedded.filter(({ name }) => name === word));
    requireRoles([recipe], own);
    return plansOf(recipe, own, above);
  });
  return named(plans);
}

/** A layer and a pooling that stand above what recipes say. */
interface Above {
  readonly layer?: string | undefined;
  readonly pooling?: Pooling | undefined;
}

/** A recipe once for each backbone, or once for all of them. */
function plansOf(recipe: Recipe, backbones: readonly NamedBackbone[], above: Above): Plan[] {
  const usesOf = (backbone: NamedBackbone): FeatureUse[] =>
    layersUsed(recipe, backbone, above).map((layer) => ({
      backbone,
      layer,
      pooling: above.pooling ?? recipe.pooling,
      ...(recipe.kind === "classifier" && recipe.views > 1 && { views: recipe.views }),
    }));
  const { name } = recipe;
  if (recipe.backbones === "all") return [{ name, recipe, uses: backbones.flatMap(usesOf) }];
  return backbones.map((backbone) => ({
    name,
    recipe: recipeOn(recipe, [backbone.name, ...architecturesOf(backbone)]),
    uses: usesOf(backbone),
  }));
}

/** The layer asked for, or the recipe's; with those that end the stages before it where the recipe joins several. */
function layersUsed(recipe: Recipe, backbone: NamedBackbone, above: Above): readonly string[] {
  const last = resolveLayer(backbone, above.layer ?? recipe.layer ?? undefined);
  return recipe.kind === "classifier" ? lastStages(backbone.card.layers, last, recipe.stages) : [last.name];
}

/** Results are kept and shown by name: where a recipe's name would be there twice, its backbone's follows it. */
function named(plans: readonly Plan[]): Plan[] {
  const countOf = (name: string): number => plans.filter((plan) => plan.name === name).length;
  const whole = plans.map((plan) => {
    const [use] = plan.uses;
    const isOne = countOf(plan.name) === 1 || plan.recipe.backbones === "all" || use === undefined;
    return isOne ? plan : { ...plan, name: `${plan.name}@${use.backbone.name}` };
  });
  requireNames(whole.map(({ name }) => name));
  return whole;
}

/** Those of the recipe's role: the ones named so, else those of that architecture or family ("vgg": any depth). */
function suitableFor({ role }: Recipe, backbones: readonly NamedBackbone[]): readonly NamedBackbone[] {
  if (role === null) return backbones;
  const named = backbones.filter(({ name }) => name === role);
  if (named.length > 0) return named;
  return backbones.filter((backbone) => architecturesOf(backbone).some((known) => isOfRole(known, role)));
}

function architecturesOf({ card: { architecture } }: NamedBackbone): string[] {
  return architecture === undefined ? [] : [architecture];
}

function requireNames(names: readonly string[]): void {
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  if (twice.length === 0) return;
  throw new RootstockError("E_OPTION", `recipe ${quoteList(twice)}: given twice.`, {
    hint: "Name each once; a recipe of your own has its name in its file, a classifier of your own in its module.",
  });
}

function requireRoles(recipes: readonly Recipe[], backbones: readonly NamedBackbone[]): void {
  const lonely = recipes.filter((recipe) => suitableFor(recipe, backbones).length === 0);
  const roles = [...new Set(lonely.map(({ role }) => role!))];
  if (roles.length === 0) return;
  throw new RootstockError(
    "E_OPTION",
    `recipe ${quoteList(lonely.map(({ name }) => name))}: expected a backbone ${quoteList(roles)}, got ${quoteList(backbones.map(({ name }) => name))}.`,
    {
      hint: `Add ${roles.map((role) => `--backbone ${role}=FILE`).join(" ")}, FILE being .pth, .safetensors or .onnx, or a name that \`rootstock backbones pull\` has fetched.`,
    },
  );
}

/**
 * False for a training from scratch, which looks at pictures and never at a pretrained network's features, and for a blend,
 * which looks at answers.
 */
export function takesFeatures({ recipe }: Plan): boolean {
  return recipe.kind !== "scratch" && recipe.kind !== "blend";
}

/** Equal for uses whose features are the same numbers. */
export function useKey({ backbone, layer, pooling, views = 1 }: FeatureUse): string {
  return `${backbone.sha256}/${layer}/${pooling}${views === 1 ? "" : `/${views} views`}`;
}

async function openNamed(word: string, options: OpenOptions): Promise<NamedBackbone> {
  const { role, rest } = splitRole(word);
  const backbone = await openBackbone(rest, options);
  return { ...backbone, name: role ?? backbone.name };
}
