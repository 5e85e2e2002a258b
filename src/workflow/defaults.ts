import { embeddedNetworks, handMadeBackbone } from "../backbones/embedded.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { familyOf, isOfRole } from "../recipes/role.ts";
import { splitRole } from "./split-role.ts";

/** What a recipe stands on that is made for no network in particular, where nothing is named. */
export const defaultBackbone = handMadeBackbone;

/** What `compare` tries on backbones that were named; `fusion` joins in where there are several. */
const classifiersOnAny: readonly string[] = ["svm", "svm-rbf", "bayes", "lda", "softmax"];

/** The article's five ways, on an AlexNet and a VGG; two of them train AlexNet, whatever else is there. */
const fiveWays: readonly string[] = [
  "scratch@alexnet",
  "alexnet-svm",
  "vgg-bayes",
  "fusion",
  "fine-tune@alexnet",
];

/**
 * The recipes of a comparison that names none. Where no backbone is named either, or exactly an AlexNet and a VGG: the
 * article's five ways, with the hand-made features as a baseline where the package's own networks are taken. `blend` averages what ran.
 */
export function recipesFor(backbones: readonly string[] | undefined): readonly string[] {
  if (backbones === undefined) return [...fiveWays, "svm", "blend"];
  if (isPair(backbones)) return [...fiveWays, "blend"];
  return [...classifiersOnAny, ...(backbones.length > 1 ? ["fusion"] : []), "blend"];
}

function isPair(backbones: readonly string[]): boolean {
  const families = backbones.map(splitRole).map(({ role, rest }) => familyOf(role ?? rest));
  return families.sort().join() === Object.keys(embeddedNetworks).join();
}

/**
 * The embedded backbones that a recipe runs on where none is named: the one of its role; both networks where it joins all;
 * AlexNet where it trains a network; else the hand-made one.
 */
export function embeddedFor({ role, backbones, kind }: Recipe): readonly string[] {
  if (kind === "blend") return []; // it stands on its members
  const networks = Object.values(embeddedNetworks);
  if (role !== null) {
    const suitable = networks.filter((name) => isOfRole(name, role));
    return suitable.length > 0 ? suitable : [defaultBackbone];
  }
  if (backbones === "all") return networks;
  return [kind === "classifier" ? defaultBackbone : embeddedNetworks.alexnet];
}

/** Decides folds, tuning and every random draw. */
export const defaultSeed = 42;
/** Parts of a cross-validation. */
export const defaultFolds = 5;
