import type { Algebra } from "../base/algebra.ts";
import { RootstockError } from "../base/errors.ts";
import { borrowRows } from "../base/borrow-rows.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix, selectRows } from "../base/matrix.ts";
import { type Pause, createPause } from "../base/pause.ts";
import type { Groups } from "../data/folds.ts";
import { createBuilder } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { partOf, prefixed } from "../graph/named-tensors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { checkFeatures, checkTrainingSet } from "./check-training-set.ts";
import { type BlockFit, type FittedByBlocks, fitByBlocks, fitsByBlocks } from "./fit-by-blocks.ts";
import { createMomentMemory } from "./statistics/moment-memory.ts";
import { classifierTable } from "./classifier-table.ts";
import type { Classifier, FitOptions, FittedClassifier, HyperParameters } from "./classifier.ts";
import { applyInBlocks } from "./transforms/fit-transforms.ts";
import type { FittedTransform } from "./transforms/transform.ts";
import { type TransformSpec, transformOf } from "./transforms/transform-table.ts";
import { search } from "./search.ts";
import type { Tuned } from "./tune.ts";

/** A way from features to logits, as data: what a recipe says about classification. */
export interface PipelineSpec {
  /** Applied in order. */
  readonly transforms: readonly TransformSpec[];
  /** What tuning may take in place of `transforms`; of equals the earlier. Default: nothing. */
  readonly alternatives?: readonly (readonly TransformSpec[])[] | undefined;
  /** By its name in the table, or one of your own. */
  readonly classifier: string | Classifier;
  /** Candidates for tuning; the classifier's own grid when absent. One candidate: nothing to tune. */
  readonly grid?: readonly HyperParameters[] | undefined;
  /** At least 2; default 5, or one split of more than 4,096 rows: see `tune`. */
  readonly innerFolds?: number | undefined;
  /** Columns of each backbone, in order; one block of all columns when absent. */
  readonly blocks?: readonly number[] | undefined;
}

/** What fitting a pipeline takes beside its specification. */
export interface PipelineOptions extends FitOptions {
  /** Rows of one group stay together in inner folds. Shape: N. */
  readonly groups?: Groups | undefined;
  /** The rows of the features to fit on; the labels are theirs. Default: all. Shape: n. */
  readonly rows?: Int32Array | undefined;
}

/** A fitted pipeline beside its tensors, as plain JSON. */
export interface PipelineRecord {
  readonly transforms: readonly TransformSpec[];
  readonly classifier: string;
  readonly parameters: HyperParameters;
  readonly temperature: number;
  readonly blocks: readonly number[];
}

/** Transforms, classifier and temperature as one function. */
export interface FittedPipeline {
  /** D: columns of the features that come in. */
  readonly dimensions: number;
  readonly classCount: number;
  readonly record: PipelineRecord;
  /** Tensors by part: `transforms.0.offset`, `classifier.weight`, ... */
  readonly state: ReadonlyMap<string, Tensor>;
  /** What tuning chose, for the report, and what else has to be known of the fit: that it was tuned on one split. */
  readonly chosen: HyperParameters;
  /** Calibrated: softmax of the result is the probability. Shapes: N x D -> N x K. */
  logits(features: Matrix): Matrix;
  /**
   * The same for many rows, to rounding: block by block with an engine's products, giving way to other work between blocks.
   * Throws what `logits` throws, and the signal's reason.
   */
  score(features: Matrix, options?: ScorePipelineOptions): Promise<Matrix>;
  /** The whole as one graph: `features` [N, D] -> `logits` [N, K], already divided by the temperature. */
  toGraph(): Graph;
}

/** A pipeline with what tuning it found on the way. */
export interface TunedPipeline extends FittedPipeline {
  /** Logits of the training rows by the inner folds that held them out, at the temperature; NaN where none did. Shape: N x K. */
  readonly heldOut: Matrix;
}

/** What scoring many rows may use. */
export interface ScorePipelineOptions extends WorkOptions {
  /** Dense products; plain loops when absent. */
  readonly algebra?: Algebra | undefined;
  /** These rows alone; default all. */
  readonly rows?: Int32Array | undefined;
}

/** Rows that are transformed and scored at a time, by the values that they hold. */
const blockValues = 2 ** 20;

/**
 * Fits the transforms on all rows given, tunes transforms, classifier and temperature on inner folds of these rows, and
 * refits it on all of them. The transforms see no labels, so they are fitted once and not per inner fold.
 * Memory: the rows once more, and twice where a transform changes their width; fit after fit on `rows` of the same features
 * takes it once, but for a classifier of your own, which may keep what it is given. Of more than 30,720 `rows` a classifier
 * that needs their moments alone takes a sample of some 20,000, and reads the others block by block.
 * Shapes: N x D, N. Throws what `Classifier.fit` throws, and E_RECIPE for an unknown classifier.
 */
export async function fitPipeline(
  all: Matrix,
  labels: Int32Array,
  spec: PipelineSpec,
  { rows, ...options }: PipelineOptions,
): Promise<TunedPipeline> {
  if (rows === undefined) return await fitOn(all, labels, spec, { ...options, isOwn: false });
  const owned = { ...options, isOwn: true };
  if (typeof spec.classifier !== "string") return await fitOn(selectRows(all, rows), labels, spec, owned);
  const classifier = classifierNamed(spec.classifier);
  const blocks = blocksOfSpec(spec, classifier.name, all.columns);
  const fit = { classifier, features: all, rows, labels, transforms: spec.transforms, blocks };
  if (fitsByBlocks(fit, { ...options, innerFolds: spec.innerFolds })) {
    const candidates = spec.grid ?? classifier.grid;
    const found = await fitByBlocks(fit as BlockFit, {
      ...options,
      candidates,
      memory: createMomentMemory(),
    });
    return asTuned(spec, { ...fit, ...found });
  }
  using borrowed = borrowRows(all, rows);
  return await fitOn(borrowed.matrix, labels, spec, owned);
}

/** Columns of each backbone. Throws E_SHAPE where they are not those of the features. */
function blocksOfSpec({ blocks: given }: PipelineSpec, name: string, columns: number): readonly number[] {
  const blocks = given ?? [columns];
  if (blocks.reduce((sum, count) => sum + count, 0) === columns) return blocks;
  throw new RootstockError(
    "E_SHAPE",
    `${name}: expected blocks that sum to ${columns} columns, got ${blocks.join(" + ")}.`,
  );
}

async function fitOn(
  features: Matrix,
  labels: Int32Array,
  spec: PipelineSpec,
  options: Omit<PipelineOptions, "rows"> & { isOwn: boolean },
): Promise<TunedPipeline> {
  const classifier = typeof spec.classifier === "string" ? classifierNamed(spec.classifier) : spec.classifier;
  checkTrainingSet(features, labels, { classCount: options.classCount, subject: classifier.name });
  const blocks = blocksOfSpec(spec, classifier.name, features.columns);
  const { transforms, steps, output, tuned, fitting } = await search(classifier, features, labels, {
    ...options,
    alternatives: [spec.transforms, ...(spec.alternatives ?? [])],
    blocks,
    candidates: spec.grid ?? classifier.grid,
    innerFolds: spec.innerFolds,
  });
  const fitted = await classifier.fit(output, labels, tuned.parameters, fitting);
  return asTuned(spec, { classifier, transforms, blocks, labels, steps, tuned, fitted });
}

/** What was found as one function, with what has to be known of it. */
function asTuned(
  spec: PipelineSpec,
  {
    classifier,
    transforms,
    blocks,
    labels,
    steps,
    tuned,
    fitted,
  }: FittedByBlocks & Pick<BlockFit, "transforms" | "blocks" | "labels"> & { classifier: Classifier },
): TunedPipeline {
  const { parameters, temperature, heldOut } = tuned;
  const record = { transforms, classifier: classifier.name, parameters, temperature, blocks };
  const chosen = {
    ...fitted.parameters,
    ...fitted.remarks,
    ...(spec.alternatives?.length && { transforms: transforms.map(nameOf).join(" + ") || "none" }),
    ...howTuned(tuned, labels.length),
  };
  return { ...assemble(record, steps, fitted), chosen, heldOut };
}

function howTuned({ isOneSplit, rows }: Pick<Tuned, "isOneSplit" | "rows">, all: number): HyperParameters {
  if (!isOneSplit) return {};
  return { tuned: rows === all ? "on one split" : `on one split of ${rows} rows` };
}

function nameOf(spec: TransformSpec): string {
  return typeof spec === "string" ? spec : `pca ${spec.pca}`;
}

/** A fitted pipeline from its record and tensors. One on a classifier of your own takes it again as `own`. */
export function restorePipeline(
  record: PipelineRecord,
  state: ReadonlyMap<string, Tensor>,
  own?: Classifier,
): FittedPipeline {
  const classifier = own ?? classifierNamed(record.classifier);
  const fitted = classifier.restore(partOf(state, "classifier."), record.parameters);
  return holdPipeline(record, state).withClassifier(fitted);
}

/** A pipeline but for its classifier: what stays as it is while a model is updated. */
export interface HeldPipeline {
  readonly record: PipelineRecord;
  /** Of the transforms alone: `transforms.0.offset`, ... */
  readonly state: ReadonlyMap<string, Tensor>;
  /** E: columns of what the classifier sees. */
  readonly columns: number;
  /** What the classifier sees. Shapes: N x D -> N x E. */
  transformed(features: Matrix): Promise<Matrix>;
  /** The whole with this classifier, which may know other classes than before. */
  withClassifier(fitted: FittedClassifier): FittedPipeline;
}

/** What is held of a pipeline, from its record and its tensors. */
export function holdPipeline(record: PipelineRecord, state: ReadonlyMap<string, Tensor>): HeldPipeline {
  const steps: FittedTransform[] = [];
  for (const [i, spec] of record.transforms.entries())
    steps.push(
      transformOf(spec).restore(partOf(state, `transforms.${i}.`), steps.at(-1)?.blocks ?? record.blocks),
    );
  return {
    record,
    state: new Map(steps.flatMap((step, i) => prefixed(step.state, `transforms.${i}.`))),
    columns: (steps.at(-1)?.blocks ?? record.blocks).reduce((sum, columns) => sum + columns, 0),
    transformed: async (features) => {
      let output = features;
      for (const step of steps)
        output = await applyInBlocks(step, output, {
          isFree: output !== features,
          pause: createPause(undefined),
        });
      return output;
    },
    withClassifier: (fitted) => assemble(record, steps, fitted),
  };
}

function assemble(
  record: PipelineRecord,
  steps: readonly FittedTransform[],
  fitted: FittedClassifier,
): FittedPipeline {
  const dimensions = record.blocks.reduce((sum, columns) => sum + columns, 0);
  const { classCount } = fitted;
  const transformed = (features: Matrix): Matrix =>
    steps.reduce((input, step) => step.apply(input), features);
  const cooled = ({ rows, data }: Matrix): Matrix =>
    createMatrix(
      rows,
      classCount,
      data.map((value) => value / record.temperature),
    );
  return {
    dimensions,
    classCount,
    record,
    chosen: fitted.parameters,
    state: new Map([
      ...steps.flatMap((step, i) => prefixed(step.state, `transforms.${i}.`)),
      ...prefixed(fitted.state, "classifier."),
    ]),
    logits: (features) => {
      checkFeatures(features, dimensions, record.classifier);
      return cooled(fitted.logits(transformed(features)));
    },
    score: async (features, { algebra, rows, signal } = {}) => {
      const pause = createPause(signal);
      const score = async (block: Matrix): Promise<Matrix> => {
        checkFeatures(block, dimensions, record.classifier);
        const input = transformed(block);
        return cooled((await fitted.score?.(input, { algebra, pause })) ?? fitted.logits(input));
      };
      return await inBlocks({ features, rows, classCount }, score, pause);
    },
    toGraph: () => {
      const builder = createBuilder(record.classifier);
      const input = builder.input("features", "float32", ["N", dimensions]);
      const value = steps.reduce((last, step) => step.appendTo(builder, last), input);
      const scores = fitted.appendTo(builder, value);
      const logits = builder.op("Div", [scores, builder.scalar(record.temperature)]);
      builder.output(logits, "logits", "float32", ["N", classCount]);
      return builder.graph();
    },
  };
}

/** Rows block after block through `score`. Shapes: n rows -> n x K. */
async function inBlocks(
  { features, rows, classCount }: { features: Matrix; rows: Int32Array | undefined; classCount: number },
  score: (block: Matrix) => Promise<Matrix>,
  pause: Pause,
): Promise<Matrix> {
  const chosen = rows ?? Int32Array.from({ length: features.rows }, (_, row) => row);
  const out = createMatrix(chosen.length, classCount);
  const step = Math.max(1, Math.floor(blockValues / Math.max(features.columns, classCount)));
  for (let from = 0; from < chosen.length; from += step) {
    await pause();
    const logits = await score(selectRows(features, chosen.subarray(from, from + step)));
    out.data.set(logits.data, from * classCount);
  }
  return out;
}

function classifierNamed(name: string): Classifier {
  const classifier = classifierTable[name];
  if (classifier === undefined)
    throw new RootstockError(
      "E_RECIPE",
      `classifier: expected one of ${Object.keys(classifierTable).join(", ")}, got ${JSON.stringify(name)}.`,
    );
  return classifier;
}
