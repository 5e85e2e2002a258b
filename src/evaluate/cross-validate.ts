import { RootstockError } from "../base/errors.ts";
import { type WorkOptions, reportWithin } from "../base/events.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import type { Fold, Groups } from "../data/folds.ts";
import { checkFolds } from "./check-folds.ts";
import { type Executor, type FitResult, type FitTask, inTurn } from "./executor.ts";
import type { Choice, KeptState, Method } from "./method.ts";
import { predictionsOf } from "./probability-metrics.ts";
import type { Training } from "./training.ts";

/** On which rows a method is judged, and how. */
export interface CrossValidateOptions extends WorkOptions {
  /** Class index of each row; rows in no fold may be -1. Shape: N. */
  readonly labels: Int32Array;
  /** Rows that must not part; without it every row is its own group. Shape: N. */
  readonly groups?: Groups | undefined;
  readonly classCount: number;
  readonly folds: readonly Fold[];
  readonly seed: number;
  /** Which of several rounds over the same rows this is, from 0; its folds are counted on from those before. Default: the only one. */
  readonly round?: Round | undefined;
  /** Who does the folds; default: this process, one after the other. */
  readonly executor?: Executor | undefined;
}

/** One of the rounds of a repeated cross-validation. */
export interface Round {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** What cross-validation found. */
export interface CrossValidation {
  /** Each row scored by the fold that held it out; NaN for rows in no test fold. Shape: N x K. */
  readonly outOfFoldLogits: Matrix;
  /** The predicted class; -1 for rows in no test fold. Shape: N. */
  readonly predictions: Int32Array;
  /** The rows that were scored, ascending. */
  readonly scored: Int32Array;
  readonly foldAccuracies: readonly number[];
  /** What tuning chose in each fold. */
  readonly chosen: readonly Choice[];
  /** What training did in each fold that trained a network, in their order. */
  readonly training: readonly Training[];
  /** Of the first fold's model, where the method tells it. */
  readonly modelBytes?: number | undefined;
  /** Wall time over all folds. */
  readonly seconds: { readonly fit: number; readonly predict: number };
}

/**
 * Fits `method` on each fold's training rows and scores the rows it held out.
 * Tuning happens inside `method.fit`, on training rows alone, so no accuracy here has seen its own tuning. The seed
 * of a fold is decided by `seed` and the fold's number, never by what ran before.
 *
 * Events: progress counted in folds; those of the method itself with their `place`.
 * Errors: E_LEAK where a row or a group lies on both sides of a fold; E_SHAPE where the method's logits are not
 * n x K; E_NAN where they are not finite; E_ABORTED once the signal fires.
 */
export async function crossValidate(method: Method, options: CrossValidateOptions): Promise<CrossValidation> {
  const { labels, classCount, folds, executor = inTurn } = options;
  checkFolds(folds, labels, options.groups);
  const { index, count } = options.round ?? only;
  const tasks = foldTasks(folds, options.seed, options.round);
  const [before, total] = [index * tasks.length, count * tasks.length];
  const tell = (done: number): void =>
    options.report?.({ type: "progress", stage: method.name, done: before + done, total, unit: "folds" });
  const results: FitResult[] = [];
  tell(0);
  for await (const result of executor(tasks, (task, given) =>
    fitAndScore(method, task, { ...options, ...given }),
  ))
    tell(results.push(result));
  return joinFolds(tasks, results, { labels, classCount });
}

const only: Round = { index: 0, count: 1 };

/** The fits of a cross-validation, fold by fold; each has a seed of its own. */
export function foldTasks(folds: readonly Fold[], seed: number, { index, count }: Round = only): FitTask[] {
  const before = index * folds.length;
  return folds.map(({ train, test }, f) => ({
    fold: before + f + 1,
    of: count * folds.length,
    train,
    test,
    seed: createRandom(seed)
      .fork(`fold ${before + f}`)
      .integer(2 ** 31),
  }));
}

/** One task, done: fit on its rows, score the others. Events carry its fold. Throws as `crossValidate` does. */
export async function fitAndScore(
  method: Method,
  task: FitTask,
  options: WorkOptions & { classCount: number; keep?: KeptState | undefined },
): Promise<FitResult> {
  const { classCount, signal, report, keep } = options;
  signal?.throwIfAborted();
  const { fold, of, seed } = task;
  const place = typeof fold === "number" ? { fold, of } : { fold };
  const within = { signal, report: report && reportWithin(report, place) };
  const started = performance.now();
  const fitted = await method.fit(task.train, { seed, keep, ...within });
  const fittedAt = performance.now();
  const logits = await fitted.logits(task.test, within);
  const seconds = { fit: (fittedAt - started) / 1000, predict: (performance.now() - fittedAt) / 1000 };
  const stage = typeof fold === "number" ? `${method.name} fold ${fold} of ${of}` : `${method.name} ${fold}`;
  checkLogits(logits, { rows: task.test.length, classCount, stage });
  const { chosen, training } = fitted;
  const modelBytes = fold === 1 ? fitted.modelBytes?.() : undefined;
  return {
    logits,
    chosen,
    ...(training && { training }),
    ...(modelBytes !== undefined && { modelBytes }),
    seconds,
  };
}

function joinFolds(
  tasks: readonly FitTask[],
  results: readonly FitResult[],
  { labels, classCount }: { labels: Int32Array; classCount: number },
): CrossValidation {
  const outOfFoldLogits = createMatrix(labels.length, classCount);
  outOfFoldLogits.data.fill(Number.NaN);
  const predictions = new Int32Array(labels.length).fill(-1);
  const foldAccuracies = tasks.map(({ test }, f) => {
    const { logits } = results[f]!;
    const predicted = predictionsOf(logits);
    test.forEach((row, i) => {
      outOfFoldLogits.data.set(rowOf(logits, i), row * classCount);
      predictions[row] = predicted[i]!;
    });
    return test.filter((row) => predictions[row] === labels[row]).length / test.length;
  });
  const sum = (key: "fit" | "predict"): number =>
    results.reduce((total, { seconds }) => total + seconds[key], 0);
  return {
    outOfFoldLogits,
    predictions,
    scored: Int32Array.from(predictions.keys()).filter((row) => predictions[row] !== -1),
    foldAccuracies,
    chosen: results.map(({ chosen }) => chosen),
    training: results.flatMap(({ training }) => training ?? []),
    modelBytes: results[0]!.modelBytes,
    seconds: { fit: sum("fit"), predict: sum("predict") },
  };
}

function checkLogits(logits: Matrix, expected: { rows: number; classCount: number; stage: string }): void {
  const { rows, classCount, stage } = expected;
  if (logits.rows !== rows || logits.columns !== classCount)
    throw new RootstockError(
      "E_SHAPE",
      `${stage}: expected logits ${rows} x ${classCount}, got ${logits.rows} x ${logits.columns}.`,
    );
  const bad = logits.data.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1)
    throw new RootstockError(
      "E_NAN",
      `${stage}: expected finite logits, got ${logits.data[bad]} for held-out row ${Math.floor(bad / classCount)}, class ${bad % classCount}.`,
      {
        hint: "Look for features that are constant, huge or not a number, or use a stronger regularisation.",
      },
    );
}
