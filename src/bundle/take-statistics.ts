import type { Algebra } from "../base/algebra.ts";
import { type Matrix, selectRows } from "../base/matrix.ts";
import { classifierTable } from "../classifiers/classifier-table.ts";
import type { PipelineRecord } from "../classifiers/pipeline.ts";
import { holdPipeline } from "../classifiers/pipeline.ts";
import { type ClassTally, type TallyDetail, tallyRows } from "../classifiers/statistics/class-tally.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Statistics } from "./statistics.ts";

/** Products of every pair of columns are kept up to so many columns. */
export const productColumns = 2048;

/** Statistics beyond this size do not travel with a model. */
const statisticsBytes = 2 ** 28;

/** What is needed to take the statistics of a fit. */
export interface StatisticsSource {
  readonly pipeline: { readonly record: PipelineRecord; readonly state: ReadonlyMap<string, Tensor> };
  /** Of the training rows, before the transforms. Shape: N x D. */
  readonly features: Matrix;
  /** In the order of the model's labels. Shape: N. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

/** What a fit leaves for exact updates; null where its classifier needs more than sums of its rows. */
export async function takeStatistics(
  { pipeline, features, labels, classCount }: StatisticsSource,
  { algebra }: { algebra?: Algebra | undefined },
): Promise<Statistics | null> {
  const byMoments = classifierTable[pipeline.record.classifier]?.byMoments;
  if (byMoments === undefined) return null;
  const { detail } = byMoments;
  const held = holdPipeline(pipeline.record, pipeline.state);
  const common = { pipeline: pipeline.record, transforms: held.state, detail };
  if (!isCarried(detail, { classCount, columns: held.columns })) return { ...common, tallies: null };
  const transform = async (rows: Matrix): Promise<Matrix> => await held.transformed(rows);
  return {
    ...common,
    tallies: await tallyClasses(features, labels, { classCount, detail, algebra, transform }),
  };
}

/** Whether the sums of so many classes and columns are small enough to travel with the model. */
export function isCarried(
  detail: TallyDetail,
  { classCount, columns }: { classCount: number; columns: number },
): boolean {
  if (detail === "columns") return true;
  return columns <= productColumns && 4 * classCount * columns * (columns + 1) <= statisticsBytes;
}

/** The tally of each class, whose rows are copied, and transformed, class after class. Shapes: N x D, N -> K. */
export async function tallyClasses(
  features: Matrix,
  labels: Int32Array,
  {
    transform = async (rows) => rows,
    ...options
  }: {
    classCount: number;
    detail: TallyDetail;
    algebra?: Algebra | undefined;
    /** Of each row by itself. Default: as they are. */
    transform?: (rows: Matrix) => Promise<Matrix>;
  },
): Promise<ClassTally[]> {
  const tallies: ClassTally[] = [];
  for (let k = 0; k < options.classCount; k += 1) {
    const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] === k);
    const own = await transform(selectRows(features, rows));
    tallies.push(await tallyRows(own, Int32Array.from(rows.keys()), options));
  }
  return tallies;
}
