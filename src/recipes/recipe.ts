import type { HyperParameters } from "../classifiers/classifier.ts";
import type { OwnClassifier } from "./own/own-classifier.ts";
import type { TransformSpec } from "../classifiers/transforms/transform-table.ts";
import type { Pooling } from "../features/feature-model.ts";
import type { Views } from "../features/views.ts";
import type { FineTunePlan, ScratchPlan } from "../finetune/fine-tune-plan.ts";

/** What every recipe says, whatever its kind. */
interface RecipeHead {
  /** Format version of the recipe file; this code reads version 1. */
  readonly version: 1;
  readonly name: string;
  /** One sentence for tables and reports. */
  readonly summary: string;
  /** `each`: the recipe runs once for every backbone given; `all`: it joins the features of all of them. */
  readonly backbones: "each" | "all";
  /** The backbone it is made for, by role, name, architecture or family ("vgg"); null: it runs on any. */
  readonly role: string | null;
  /** A layer of the card, or null for the card's default. */
  readonly layer: string | null;
  readonly pooling: Pooling;
  /** Rounds of the cross-validation that measures it, each on folds dealt anew; absent: 1. */
  readonly repeats?: number | undefined;
}

/** A classifier on frozen features. */
export interface ClassifierRecipe extends RecipeHead {
  readonly kind: "classifier";
  /** Features are means over so many views of a picture: 2 with its mirror image, 4 both from nearer too. */
  readonly views: Views;
  /** So many layers are joined: the one asked for, and those that end the stages before it. */
  readonly stages: number;
  /** Applied in order, fitted inside each fold. */
  readonly transforms: readonly TransformSpec[];
  /** What inner tuning may take in place of `transforms`. */
  readonly alternatives: readonly (readonly TransformSpec[])[];
  /** A name of the table, or the module that `own` was loaded from. */
  readonly classifier: string;
  /** A classifier of the user's own design; absent for one of the table. */
  readonly own?: OwnClassifier | undefined;
  /** Candidates for inner tuning; null for the classifier's own grid. */
  readonly grid: readonly HyperParameters[] | null;
}

/** What a recipe that trains says of some backbones in particular. */
interface On<Plan> {
  /** By name, architecture or family, settings in place of the recipe's own; gone once the recipe meets its backbone. */
  readonly on?: Readonly<Record<string, Partial<Plan> & { readonly summary?: string }>> | undefined;
}

/** A pretrained network with a new head, its top groups trained again. */
export interface FineTuneRecipe extends RecipeHead, FineTunePlan, On<FineTunePlan> {
  readonly kind: "fine-tune";
  readonly backbones: "each";
}

/** The same network from random weights. */
export interface ScratchRecipe extends RecipeHead, ScratchPlan, On<ScratchPlan> {
  readonly kind: "scratch";
  readonly backbones: "each";
}

/** The other recipes of a comparison, averaged: it fits nothing of its own. */
export interface BlendRecipe extends RecipeHead {
  readonly kind: "blend";
  readonly backbones: "all";
  /** Names of recipes or of rows of the comparison; null: all others. */
  readonly members: readonly string[] | null;
}

/** A way of using a network, as strict data: what stands in a recipe file after reading. */
export type Recipe = ClassifierRecipe | FineTuneRecipe | ScratchRecipe | BlendRecipe;
