import type { Backbone } from "../backbones/backbone.ts";
import { openBackbone } from "../backbones/open-backbone.ts";
import { RootstockError } from "../base/errors.ts";
import type { Pooling } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { Recipe } from "../recipes/recipe.ts";

/** One way of taking features: a backbone, a layer, a pooling. */
export interface FeatureUse {
  readonly backbone: NamedBackbone;
  readonly layer: string;
  readonly pooling: Pooling;
}

/** A backbone under the name that results carry: its role if one was given, else its card's name. */
export interface NamedBackbone extends Backbone {
  readonly name: string;
}

/** One row of the comparison: a recipe on the backbones it will use. `name` is unique in a run. */
export interface Plan {
  readonly name: string;
  readonly recipe: Recipe;
  readonly uses: readonly FeatureUse[];
}

/** Opens `NAME`, `file.onnx` or `role=...` each; two of one name are refused with E_OPTION. */
export async function openBackbones(words: readonly string[]): Promise<NamedBackbone[]> {
  const opened = await Promise.all(words.map(openNamed));
  const twice = opened.find(({ name }, i) => opened.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new RootstockError("E_OPTION", `backbone "${twice.name}": given twice.`, {
      hint: "Give one of them a role of its own: --backbone other=FILE.",
    });
  return opened;
}

/**
 * Recipes times backbones. A recipe for `each` backbone is named `svm@squeezenet1_1` when there are several and plain
 * `svm` when there is one; a recipe for `all` joins them in the order given.
 * `layer` and `pooling`, where given, stand above what the recipes say.
 */
export function planRecipes(
  recipes: readonly Recipe[],
  backbones: readonly NamedBackbone[],
  above: { layer?: string | undefined; pooling?: Pooling | undefined },
): Plan[] {
  return recipes.flatMap((recipe) => {
    const uses = backbones.map((backbone) => ({
      backbone,
      layer: resolveLayer(backbone, above.layer ?? recipe.layer ?? undefined).name,
      pooling: above.pooling ?? recipe.pooling,
    }));
    if (recipe.backbones === "all") return [{ name: recipe.name, recipe, uses }];
    return uses.map((use) => ({
      name: uses.length === 1 ? recipe.name : `${recipe.name}@${use.backbone.name}`,
      recipe,
      uses: [use],
    }));
  });
}

/** False for a training from scratch: it looks at pictures, and never at a pretrained network's features. */
export function takesFeatures({ recipe }: Plan): boolean {
  return recipe.kind !== "scratch";
}

/** Equal for uses whose features are the same numbers. */
export function useKey({ backbone, layer, pooling }: FeatureUse): string {
  return `${backbone.sha256}/${layer}/${pooling}`;
}

async function openNamed(word: string): Promise<NamedBackbone> {
  const [, role, rest] = /^(?:([A-Za-z0-9_-]+)=)?(.+)$/s.exec(word) ?? [];
  const backbone = await openBackbone(rest ?? word);
  return { ...backbone, name: role ?? backbone.name };
}
