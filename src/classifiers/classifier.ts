import type { Algebra } from "../base/algebra.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { Pause } from "../base/pause.ts";
import type { Fold } from "../data/folds.ts";
import type { Engine } from "../engine/engine.ts";
import type { GraphBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { ScoreOptions } from "./score-blocks.ts";
import type { ClassMoments } from "./statistics/class-moments.ts";
import type { TallyDetail } from "./statistics/class-tally.ts";
import type { MomentMemory } from "./statistics/moment-memory.ts";
import type { WarmStart } from "./warm-start.ts";

/** Hyper-parameters as plain data, as they stand in a recipe: { C: 1, loss: "hinge" }. */
export type HyperParameters = Readonly<Record<string, number | string | boolean>>;

/** What every fit needs beside its hyper-parameters. */
export interface FitOptions extends WorkOptions {
  /** K; labels are class indices in [0, K), and some classes may have no row. */
  readonly classCount: number;
  readonly seed?: number;
  /** Dense products; plain loops when absent. */
  readonly algebra?: Algebra;
  /** Carries moments of rows from tuning to the fit on the same rows, which then need not be passed again. */
  readonly memory?: MomentMemory | undefined;
  /** What trains a network; a classifier that is one throws E_ENGINE when absent. */
  readonly engine?: Engine;
  /** Where `fit` begins, if the classifier is linear and iterates (`svm` with squared hinge, `softmax`); others begin as ever. */
  readonly start?: WarmStart | undefined;
  /** Told how many steps a solver of `fit` took, each time one has ended. */
  readonly countSteps?: ((steps: number) => void) | undefined;
}

/** A fitted classifier: data and what can be computed from it. */
export interface FittedClassifier {
  readonly kind: string;
  readonly classCount: number;
  /** D */
  readonly dimensions: number;
  readonly parameters: HyperParameters;
  /** Unnormalised scores, larger is likelier. A class without a training row never wins. Shapes: N x D -> N x K. */
  logits(features: Matrix): Matrix;
  /** The logits of many rows with an engine's products, block by block, to rounding; where absent, use `logits`. */
  score?(features: Matrix, options: ScoreOptions): Promise<Matrix>;
  /** Adds the same function to a graph under way; `features` and the value returned are value names. */
  appendTo(builder: GraphBuilder, features: string): string;
  /** The same function as an ONNX graph: input `features` [N, D] float32 -> output `logits` [N, K] float32. */
  toGraph(): Graph;
  /** What results say of the fit beside its hyper-parameters: that it is an approximation. */
  readonly remarks?: HyperParameters;
  /** Everything `restore` needs: named tensors. */
  readonly state: ReadonlyMap<string, Tensor>;
}

/** What a fit from moments takes beside its hyper-parameters. */
export interface MomentFitOptions {
  /** Σ ‖x − μ‖⁴ over all rows, μ the mean of the row's class; needed where the detail is `tails`. */
  readonly fourths?: number | undefined;
  readonly algebra?: Algebra | undefined;
  /** Gives way, and throws the signal's reason. */
  readonly pause?: Pause | undefined;
}

/** The fit of a classifier that needs no more of the rows than what they leave behind. */
export interface MomentFit<Fitted> {
  readonly detail: TallyDetail;
  /** Every class has a row. Throws as `fit`. */
  fit(
    moments: ClassMoments,
    parameters: HyperParameters,
    options: MomentFitOptions,
  ): Fitted | Promise<Fitted>;
}

/**
 * A classifier on features. The whole contract: hyper-parameters only in `parameters`, randomness only from
 * `options.seed`, arguments never changed, fit twice = fit once. Made from a `Learner` by `defineClassifier`,
 * which checks the arguments and takes care of classes without a row.
 */
export interface Classifier {
  /** Name in recipes: "svm", "bayes". */
  readonly name: string;
  readonly defaults: HyperParameters;
  /** Candidates for inner tuning, from the most regular to the least: a tie goes to the earlier one. For rows of norm near 1. */
  readonly grid: readonly HyperParameters[];
  /** Whether the first candidate stands in tuning unless another is surely better; default: the most accurate is taken. */
  readonly firstStands?: boolean;
  /**
   * Parameters left out take their defaults. Shapes: N x D features, N labels.
   * Throws E_NAN, E_SHAPE, E_OPTION, E_ONE_CLASS, and the signal's reason.
   */
  fit(
    features: Matrix,
    labels: Int32Array,
    parameters: HyperParameters,
    options: FitOptions,
  ): Promise<FittedClassifier>;
  /** The same as `fit` on the rows that the moments are of, to rounding, without them; absent where that cannot be. */
  readonly byMoments?: MomentFit<FittedClassifier>;
  /** A fitted value from its `state` and `parameters`. */
  restore(state: ReadonlyMap<string, Tensor>, parameters: HyperParameters): FittedClassifier;
  /**
   * For each candidate, the logits of every row by the fold that held it out: the input of tuning and of the
   * temperature. A classifier with a Gram matrix computes it once for all folds and candidates, and may stop its
   * solver earlier than `fit` does (the conformance suite states by how much the logits may differ).
   * Shapes: candidates x (N x K); rows in no test fold are NaN.
   */
  outOfFold(
    features: Matrix,
    labels: Int32Array,
    folds: readonly Fold[],
    candidates: readonly HyperParameters[],
    options: FitOptions,
  ): Promise<Matrix[]>;
}
