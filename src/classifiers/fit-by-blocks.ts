import { type Algebra, plainAlgebra, stoppableAlgebra } from "../base/algebra.ts";
import type { Matrix } from "../base/matrix.ts";
import { createPause } from "../base/pause.ts";
import { type RowReader, blocksOf, readThrough } from "../base/row-reader.ts";
import { areFinite } from "./check-training-set.ts";
import { classCounts } from "./class-statistics.ts";
import type { Classifier, FitOptions, FittedClassifier, MomentFit } from "./classifier.ts";
import { fourthPowers } from "./lda/lda-moments.ts";
import { momentsOf } from "./statistics/class-moments.ts";
import { momentDetail } from "./statistics/class-tally.ts";
import { momentMeans } from "./statistics/derive-moments.ts";
import { tellShare } from "./tell-share.ts";
import type { FittedTransform, RowFit } from "./transforms/transform.ts";
import { type TransformSpec, transformOf } from "./transforms/transform-table.ts";
import { type TuneOptions, type Tuned, sampleParts, tuneOnSample } from "./tune.ts";

/** Very many rows of features, for a classifier that knows their moments alone. */
export interface BlockFit {
  readonly classifier: Classifier & { readonly byMoments: MomentFit<FittedClassifier> };
  readonly features: Matrix;
  /** Of the features; the labels are theirs. Shape: n. */
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly transforms: readonly TransformSpec[];
  /** Columns of each backbone. */
  readonly blocks: readonly number[];
}

/** What such a fit gives: as a search and the fit on all rows. */
export interface FittedByBlocks {
  readonly steps: readonly FittedTransform[];
  readonly tuned: Tuned;
  readonly fitted: FittedClassifier;
}

/**
 * Whether `fitByBlocks` does what a fit in memory does: rows that are tuned on a sample, transforms that ask for column sums
 * at most, moments that are smaller than the rows, every class with a row, and nothing to complain of.
 */
export function fitsByBlocks(
  {
    classifier,
    features,
    rows,
    labels,
    transforms,
  }: Omit<BlockFit, "classifier"> & { classifier: Classifier },
  options: FitOptions & Pick<TuneOptions, "innerFolds">,
): boolean {
  return (
    classifier.byMoments !== undefined &&
    labels.length === rows.length &&
    sampleParts(labels, options) > 1 &&
    features.columns < rows.length &&
    transforms.every((spec) => transformOf(spec).fitRows !== undefined) &&
    labels.every((label) => label >= 0 && label < options.classCount) &&
    classCounts(labels, options.classCount).every((count) => count > 0) &&
    rows.every((row) =>
      areFinite(features.data.subarray(row * features.columns, (row + 1) * features.columns)),
    )
  );
}

/**
 * A fit that reads its rows some at a time and never holds a copy of them: the numbers of the fit in memory, to the digit.
 * Memory: the sample that tuning takes. Throws what `Classifier.fit` throws.
 */
export async function fitByBlocks(
  { classifier, features, rows, labels, transforms, blocks }: BlockFit,
  options: TuneOptions,
): Promise<FittedByBlocks> {
  const pause = createPause(options.signal);
  const algebra = stoppableAlgebra(options.algebra ?? plainAlgebra, options.signal);
  const steps: FittedTransform[] = [];
  const reader = (): RowReader =>
    readThrough(features, rows, {
      columns: (steps.at(-1)?.blocks ?? blocks).reduce((sum, columns) => sum + columns, 0),
      change: (block) => steps.reduce((input, step) => step.apply(input), block),
    });
  for (const spec of transforms)
    steps.push(await (transformOf(spec).fitRows as RowFit)(reader(), steps.at(-1)?.blocks ?? blocks, pause));
  const tuned = await tuneOnSample(classifier, reader(), labels, { ...options, algebra });
  const set = { features: reader(), labels, classCount: options.classCount };
  const fitted = await fitMoments(classifier, { set, tuned }, { ...options, algebra });
  return { steps, tuned, fitted };
}

async function fitMoments(
  { name, byMoments }: BlockFit["classifier"],
  { set, tuned }: { set: { features: RowReader; labels: Int32Array; classCount: number }; tuned: Tuned },
  options: FitOptions & { algebra: Algebra },
): Promise<FittedClassifier> {
  const pause = createPause(options.signal);
  const tell = tellShare("fitting", name, options);
  const moments = await momentsOf(set, {
    detail: momentDetail(byMoments.detail),
    algebra: options.algebra,
    pause,
    onRows: (count) => tell(count / (set.features.rows + 1)),
  });
  const fourths =
    byMoments.detail === "tails" ? await fourthsOfBlocks(set, momentMeans(moments), options) : undefined;
  return await byMoments.fit(moments, tuned.parameters, { fourths, algebra: options.algebra, pause });
}

/** Σ ‖x − μ‖⁴, added up row after row as over a matrix. */
async function fourthsOfBlocks(
  { features, labels }: { features: RowReader; labels: Int32Array },
  means: Float64Array,
  { signal }: FitOptions,
): Promise<number> {
  const pause = createPause(signal);
  let sum = 0;
  for await (const { from, block } of blocksOf(features, pause))
    sum = await fourthPowers(
      { features: block, labels: labels.subarray(from, from + block.rows) },
      means,
      pause,
      sum,
    );
  return sum;
}
