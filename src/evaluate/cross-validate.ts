import { RootstockError } from "../base/errors.ts";
import { type WorkOptions, reportOfFold } from "../base/events.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { createRandom } from "../base/random.ts";
import type { Fold } from "../data/folds.ts";
import { checkFolds } from "./check-folds.ts";
import type { Groups } from "./groups.ts";
import type { FittedMethod, Method } from "./method.ts";
import { predictionsOf } from "./probability-metrics.ts";

export interface CrossValidateOptions extends WorkOptions {
  /** Class index of each row; rows in no fold may be -1. Shape: N. */
  readonly labels: Int32Array;
  /** Rows that must not part; without it every row is its own group. Shape: N. */
  readonly groups?: Groups | undefined;
  readonly classCount: number;
  readonly folds: readonly Fold[];
  readonly seed: number;
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
  readonly chosen: readonly FittedMethod["chosen"][];
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
  const { labels, classCount, folds, seed, signal, report } = options;
  checkFolds(folds, labels, options.groups);
  const outOfFoldLogits = createMatrix(labels.length, classCount);
  outOfFoldLogits.data.fill(Number.NaN);
  const predictions = new Int32Array(labels.length).fill(-1);
  const seconds = { fit: 0, predict: 0 };
  const foldAccuracies: number[] = [];
  const chosen: FittedMethod["chosen"][] = [];
  for (const [f, fold] of folds.entries()) {
    signal?.throwIfAborted();
    const stage = `${method.name} fold ${f + 1} of ${folds.length}`;
    report?.({ type: "progress", stage: method.name, done: f, total: folds.length, unit: "folds" });
    const foldSeed = createRandom(seed)
      .fork(`fold ${f}`)
      .integer(2 ** 31);
    const place = { fold: f + 1, of: folds.length };
    const within = { signal, report: report && reportOfFold(report, place) };
    const fitted = await timed(seconds, "fit", () => method.fit(fold.train, { seed: foldSeed, ...within }));
    const logits = await timed(seconds, "predict", () => fitted.logits(fold.test, within));
    checkLogits(logits, { rows: fold.test.length, classCount, stage });
    const predicted = predictionsOf(logits);
    fold.test.forEach((row, i) => {
      outOfFoldLogits.data.set(rowOf(logits, i), row * classCount);
      predictions[row] = predicted[i]!;
    });
    foldAccuracies.push(
      fold.test.filter((row) => predictions[row] === labels[row]).length / fold.test.length,
    );
    chosen.push(fitted.chosen);
  }
  report?.({ type: "progress", stage: method.name, done: folds.length, total: folds.length, unit: "folds" });
  const scored = Int32Array.from(predictions.keys()).filter((row) => predictions[row] !== -1);
  return { outOfFoldLogits, predictions, scored, foldAccuracies, chosen, seconds };
}

/** Runs `work` and adds its wall time to `seconds[key]`. */
async function timed<K extends string, T>(
  seconds: Record<K, number>,
  key: K,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const value = await work();
  seconds[key] += (performance.now() - start) / 1000;
  return value;
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
