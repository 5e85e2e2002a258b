import type { HyperParameters } from "../classifiers/classifier.ts";
import type { TransformName } from "../classifiers/transform-table.ts";
import type { Pooling } from "../features/feature-model.ts";

/** A way of using a pretrained network, as strict data: what stands in a recipe file after reading. */
export interface Recipe {
  /** Format version of the recipe file; this code reads version 1. */
  readonly version: 1;
  readonly name: string;
  /** One sentence for tables and reports. */
  readonly summary: string;
  /** `each`: the recipe runs once for every backbone given; `all`: it joins the features of all of them. */
  readonly backbones: "each" | "all";
  /** A layer of the card, or null for the card's default. */
  readonly layer: string | null;
  readonly pooling: Pooling;
  /** Applied in order, fitted inside each fold. */
  readonly transforms: readonly TransformName[];
  readonly classifier: string;
  /** Candidates for inner tuning; null for the classifier's own grid. */
  readonly grid: readonly HyperParameters[] | null;
}
