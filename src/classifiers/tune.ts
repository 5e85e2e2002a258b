import { type Matrix, argmax, createMatrix, rowOf } from "../base/matrix.ts";
import { type Pause, createPause } from "../base/pause.ts";
import { type RowReader, readerOf } from "../base/row-reader.ts";
import { type Fold, type Groups, stratifiedFolds } from "../data/folds.ts";
import type { Classifier, FitOptions, HyperParameters } from "./classifier.ts";
import { type HeldOutScores, isSurelyBetter } from "./sure-gain.ts";
import { fitTemperatureInSteps, negativeLogLikelihood } from "./temperature.ts";
import { tell } from "../words/fact.ts";

/** What inner cross-validation found. */
export interface Tuned {
  readonly parameters: HyperParameters;
  readonly temperature: number;
  /** Logits of the chosen candidate by the folds that held the rows out, at that temperature; NaN where none did. Shape: N x K. */
  readonly heldOut: Matrix;
  /** Of the chosen candidate on the inner folds: it chose, so it is no estimate. NaN when nothing could be tuned. */
  readonly innerAccuracy: number;
  /** The same candidate's log loss there, at that temperature; NaN like `innerAccuracy`. */
  readonly logLoss: number;
  /** Whether one split stood in place of inner folds. */
  readonly isOneSplit: boolean;
  /** Rows that took part: all, or a sample of very many. */
  readonly rows: number;
}

/** What is tried, and on how many inner folds. */
export interface TuneOptions extends FitOptions {
  readonly candidates: readonly HyperParameters[];
  /** Default: 5; of more than 4,096 rows the first of these five alone, and of more than 30,720 that of a sample. */
  readonly innerFolds?: number | undefined;
  readonly groups?: Groups | undefined;
}

/**
 * Beyond so many rows, a fifth of them (820 or more, the same for all candidates) tells candidates apart as surely as five
 * inner folds of a small set do, at a fifth of the time.
 */
const foldedRows = 4096;
const usualFolds = 5;
/** About so many of very many rows choose: 4,096 that are held out tell candidates apart to half a point. */
const sampledRows = 20_480;

/**
 * Chooses among candidates by inner stratified folds that keep groups whole, or one split of many rows, or of a sample of
 * very many: highest accuracy, then lowest log loss at the candidate's own temperature, then the earlier one. The temperature is that of the chosen one's held-out
 * logits. A classifier whose first candidate stands has another one only where it is surely better. Rows whose class their training part lacked are left out. Where no fold leaves two classes to train on,
 * the first candidate is taken at temperature 1, with a warning. Shapes: N x D, N.
 */
export async function tune(
  classifier: Classifier,
  features: Matrix,
  labels: Int32Array,
  options: TuneOptions,
): Promise<Tuned> {
  const { candidates } = options;
  if (sampleParts(labels, options) > 1)
    return await tuneOnSample(classifier, readerOf(features), labels, options);
  const isOneSplit = options.innerFolds === undefined && labels.length > foldedRows;
  const every = innerFolds(labels, options);
  const folds = isOneSplit ? every.slice(0, 1) : every;
  const rows = scorableRows(labels, folds);
  if (rows.length === 0) {
    options.report?.({
      type: "warning",
      code: "W_NOT_TUNED",
      ...tell("notTuned", { name: classifier.name }),
    });
    const heldOut = createMatrix(features.rows, options.classCount);
    heldOut.data.fill(Number.NaN);
    return {
      parameters: candidates[0]!,
      temperature: 1,
      heldOut,
      innerAccuracy: Number.NaN,
      logLoss: Number.NaN,
      isOneSplit,
      rows: labels.length,
    };
  }
  const scores = await classifier.outOfFold(features, labels, folds, candidates, options);
  const pause = createPause(options.signal);
  const heard = classifier.firstStands ? await unvetoed(scores, { labels, rows }, pause) : [...scores.keys()];
  const accuracies = scores.map((logits) => accuracyOf(logits, labels, rows));
  const innerAccuracy = Math.max(...heard.map((c) => accuracies[c]!));
  const judged: (Judgement & { candidate: number })[] = [];
  for (const [c, logits] of scores.entries())
    if (heard.includes(c) && accuracies[c] === innerAccuracy)
      judged.push({ candidate: c, ...(await judge({ logits, labels, rows }, pause)) });
  const { candidate, temperature, logLoss } = judged.reduce((best, one) =>
    one.logLoss < best.logLoss - 1e-9 ? one : best,
  );
  const heldOut = cooled(scores[candidate]!, temperature);
  const parameters = candidates[candidate]!;
  return { parameters, temperature, heldOut, innerAccuracy, logLoss, isOneSplit, rows: labels.length };
}

/** Of how many equal parts of the rows one is enough to tune on. */
export function sampleParts(labels: Int32Array, { innerFolds }: Pick<TuneOptions, "innerFolds">): number {
  return innerFolds === undefined ? Math.round(labels.length / sampledRows) : 1;
}

/** The same on one of `sampleParts`, its classes as frequent and its groups whole; the other rows are not read. */
export async function tuneOnSample(
  classifier: Classifier,
  features: RowReader,
  labels: Int32Array,
  options: TuneOptions,
): Promise<Tuned> {
  const { groups, seed = 0 } = options;
  const parts = sampleParts(labels, options);
  const whole = groups ?? Array<undefined>(labels.length).fill(undefined);
  const [{ test: rows }] = stratifiedFolds(labels, whole, { folds: parts, seed }) as [Fold];
  const tuned = await tune(
    classifier,
    features.read(rows),
    rows.map((row) => labels[row]!),
    { ...options, groups: groups && Array.from(rows, (row) => groups[row]) },
  );
  const heldOut = createMatrix(labels.length, options.classCount);
  heldOut.data.fill(Number.NaN);
  rows.forEach((row, i) => heldOut.data.set(rowOf(tuned.heldOut, i), row * heldOut.columns));
  return { ...tuned, heldOut };
}

function innerFolds(labels: Int32Array, { innerFolds = usualFolds, groups, seed = 0 }: TuneOptions): Fold[] {
  const count = Math.max(2, Math.min(innerFolds, labels.length));
  const whole = groups ?? Array<undefined>(labels.length).fill(undefined);
  return stratifiedFolds(labels, whole, { folds: count, seed }).filter(
    ({ train, test }) => test.length > 0 && new Set(train.map((row) => labels[row]!)).size > 1,
  );
}

function scorableRows(labels: Int32Array, folds: readonly Fold[]): Int32Array {
  const rows = folds.flatMap(({ train, test }) => {
    const known = new Set(train.map((row) => labels[row]!));
    return [...test].filter((row) => known.has(labels[row]!));
  });
  return Int32Array.from(rows).sort();
}

function accuracyOf(logits: Matrix, labels: Int32Array, rows: Int32Array): number {
  const right = rows.reduce((sum, row) => sum + Number(argmax(rowOf(logits, row)) === labels[row]), 0);
  return right / rows.length;
}

/** Logits / temperature. Shapes: N x K -> N x K. */
function cooled({ rows, columns, data }: Matrix, temperature: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => value / temperature),
  );
}

/** The candidates that are surely better than the first; the first alone where there is none. */
async function unvetoed(
  scores: readonly Matrix[],
  { labels, rows }: { labels: Int32Array; rows: Int32Array },
  pause: Pause,
): Promise<number[]> {
  const judged: HeldOutScores[] = [];
  for (const logits of scores)
    judged.push({ logits, temperature: await fitTemperatureInSteps({ logits, labels, rows }, pause) });
  const better = [...scores.keys()].filter((c) => isSurelyBetter(judged[c]!, judged[0]!, { labels, rows }));
  return better.length > 0 ? better : [0];
}

interface Judgement {
  readonly temperature: number;
  readonly logLoss: number;
}

async function judge(
  scores: { logits: Matrix; labels: Int32Array; rows: Int32Array },
  pause: Pause,
): Promise<Judgement> {
  const temperature = await fitTemperatureInSteps(scores, pause);
  const { logits, labels, rows } = scores;
  return { temperature, logLoss: negativeLogLikelihood(logits, labels, { rows, temperature }) };
}
