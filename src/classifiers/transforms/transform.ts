import type { Matrix } from "../../base/matrix.ts";
import type { Pause } from "../../base/pause.ts";
import type { RowReader } from "../../base/row-reader.ts";
import type { GraphBuilder } from "../../graph/build.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { LearnOptions } from "../learner.ts";

/** A fitted map of features, the same in memory and as a graph. */
export interface FittedTransform {
  /** Shapes: N x D -> N x E. The argument is left as it was. */
  apply(features: Matrix): Matrix;
  /** Adds the map to a graph; takes and gives value names. */
  appendTo(builder: GraphBuilder, features: string): string;
  /** Columns of each block of the result. */
  readonly blocks: readonly number[];
  /** Everything `restore` needs. */
  readonly state: ReadonlyMap<string, Tensor>;
}

/** What fitting may use beside the rows. */
export type TransformOptions = Pick<LearnOptions, "algebra" | "seed" | "pause" | "report">;

/** A fit that reads the rows some at a time. `blocks`: columns of each backbone. */
export type RowFit = (rows: RowReader, blocks: readonly number[], pause: Pause) => Promise<FittedTransform>;

/** A map of features that learns from training rows only, without labels. `blocks`: columns of each backbone. */
export interface Transform {
  /** Shape: N x D, D the sum of blocks. */
  fit(features: Matrix, blocks: readonly number[], options: TransformOptions): Promise<FittedTransform>;
  /** The same on rows that are read some at a time, to the digit; absent where all are needed together. */
  readonly fitRows?: RowFit;
  restore(state: ReadonlyMap<string, Tensor>, blocks: readonly number[]): FittedTransform;
}
