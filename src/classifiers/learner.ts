import type { Matrix } from "../base/matrix.ts";
import type { Pause } from "../base/pause.ts";
import type { GraphBuilder } from "../graph/build.ts";
import type { Fold } from "../data/folds.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { FitOptions, HyperParameters, MomentFit } from "./classifier.ts";
import type { ScoreOptions } from "./score-blocks.ts";
import type { TellShare } from "./tell-share.ts";

/** What a learner is given beside its hyper-parameters. */
export interface LearnOptions extends FitOptions {
  /** To be awaited at least every few milliseconds of work. */
  readonly pause: Pause;
  /** To be told how far the fit, or a fold's scores, have come. */
  readonly tell: TellShare;
}

/** A training set whose labels use every class index in [0, classCount) at least once. */
export interface TrainingSet {
  /** Shape: N x D. */
  readonly features: Matrix;
  /** Shape: N. */
  readonly labels: Int32Array;
  /** At least 2. */
  readonly classCount: number;
}

/** One fold, its training labels using every class index in [0, classCount). Rows are those of the shared features. */
export interface TrainingFold {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Shape: as `train`. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

/** What a learner gives back: the part of `FittedClassifier` that only it can know. */
export interface Learned {
  readonly classCount: number;
  readonly dimensions: number;
  /** Shapes: N x D -> N x K. */
  logits(features: Matrix): Matrix;
  /** As in `FittedClassifier`. */
  score?(features: Matrix, options: ScoreOptions): Promise<Matrix>;
  /** Adds the function to a graph; takes and gives value names. */
  appendTo(builder: GraphBuilder, features: string): string;
  /** What results say of the fit beside its hyper-parameters: that it is an approximation. */
  readonly remarks?: HyperParameters;
  readonly state: ReadonlyMap<string, Tensor>;
}

/** The classes of all rows, not yet renumbered, and the folds whose arrays the scorer is given in turn. */
export interface FoldedLabels {
  /** Class index of each row, in [0, `options.classCount`). Shape: N. */
  readonly labels: Int32Array;
  readonly folds: readonly Fold[];
}

/** The logits of a fold's test rows for each candidate. Shapes: candidates x (test rows x K). */
export type FoldScorer = (
  fold: TrainingFold,
  candidates: readonly HyperParameters[],
  options: LearnOptions,
) => Promise<Matrix[]>;

/**
 * What the file of a classifier writes. It may rely on checked features (finite, at least one column), on every
 * class having a row, and on complete parameters of the right types.
 */
export interface Learner {
  readonly name: string;
  readonly defaults: HyperParameters;
  readonly grid: readonly HyperParameters[];
  /** As in `Classifier`. */
  readonly firstStands?: boolean;
  /** Throws E_OPTION for a value out of range; types and names are already checked. */
  checkParameters?(parameters: HyperParameters): void;
  fit(set: TrainingSet, parameters: HyperParameters, options: LearnOptions): Promise<Learned>;
  restore(state: ReadonlyMap<string, Tensor>, parameters: HyperParameters): Learned;
  /** The same as `fit` on these rows, to rounding, without them; absent where that cannot be. */
  readonly byMoments?: MomentFit<Learned>;
  /**
   * Work that all folds and candidates share (the Gram matrix, the moments of the folds' rows), done once. Undefined, or
   * not there: each fold is fitted for each candidate. `candidates` are those that will be scored.
   */
  shareFolds?(
    features: Matrix,
    options: LearnOptions & FoldedLabels,
    candidates: readonly HyperParameters[],
  ): Promise<FoldScorer | undefined>;
}
