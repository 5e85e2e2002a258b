import type { Backbone } from "../backbones/backbone.ts";
import type { Matrix } from "../base/matrix.ts";
import type { TransformSpec } from "../classifiers/transforms/transform-table.ts";
import type { Engine } from "../engine/engine.ts";
import type { FittedMethod, Method, MethodFitOptions } from "../evaluate/method.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Pooling } from "../features/feature-model.ts";
import type { ImageSource } from "../features/features.ts";
import type { Graph, Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";

/** A data set and a backbone as methods that train networks see them. */
export interface NetworkData {
  readonly backbone: Backbone;
  /** Where features are taken: the head stands behind it. */
  readonly layer: string;
  readonly pooling: Pooling;
  readonly pictures: readonly ImageSource[];
  /** Class index of each row. Shape: N. */
  readonly labels: Int32Array;
  /** Rows of one group stay on one side of the inner split. Shape: N. */
  readonly groups: readonly (string | undefined)[];
  readonly classCount: number;
  readonly engine: Engine;
  /** The feature cache's folder; null keeps nothing. */
  readonly cache: string | null;
}

/** A trained network's last layer as a classifier on what all before it makes of photos. */
export interface Replay {
  /** What the head does to the features before its last layer. */
  readonly transforms: readonly TransformSpec[];
  /** What goes into the last layer. Shapes: n rows -> n x D. */
  features(rows: Int32Array, options?: WorkOptions): Promise<Matrix>;
}

/** A network as a `Method` gives it back: what scores rows, and the parts that a delivered model is made of. */
export interface FittedNetwork extends FittedMethod {
  readonly preprocessing: Preprocessing;
  /** The trained network, pixels -> `features` [N, D]. */
  readonly features: Model;
  /** `features` [N, D] -> calibrated `logits` [N, K]. */
  readonly head: Graph;
  /** What the last layer can be trained again from. */
  readonly replay: Replay;
  /** True when training was stopped by the user and these are the best weights until then. */
  readonly isInterrupted: boolean;
}

/** A method that trains a network. */
export interface NetworkMethod extends Method {
  /** Work that all folds share, done at the first call; `fit` does it when nobody has. */
  prepare(options: WorkOptions): Promise<void>;
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedNetwork>;
}
