import type { Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";

/** One backbone of a model: its pixels' way in, and the network up to the pooled features. */
export interface Branch {
  readonly preprocessing: Preprocessing;
  /** One input [N, 3, h, w] -> `features` [N, D]. */
  readonly features: Model;
}
