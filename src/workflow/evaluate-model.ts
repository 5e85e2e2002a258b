import { join } from "node:path";
import { RootstockError, quoteList } from "../base/errors.ts";
import { mapInOrder } from "../base/concurrency.ts";
import { type Report, type Run, type WorkOptions, startRun } from "../base/events.ts";
import { createMatrix } from "../base/matrix.ts";
import { type LoadedModel, loadModel } from "../bundle/load-model.ts";
import { readTrainingHashes } from "../bundle/training-hashes.ts";
import type { Manifest, SkippedImage } from "../data/manifest.ts";
import type { Estimate } from "../evaluate/accuracy-interval.ts";
import type { ClassMetrics } from "../evaluate/confusion.ts";
import { scoreLogits } from "../evaluate/score.ts";
import { decodeImage } from "../image/decode.ts";
import type { DataOptions } from "./read-data.ts";
import { readLabelled } from "./read-labelled.ts";
import { setTrainingApart } from "./set-training-apart.ts";
import { groupsOf } from "./study.ts";
import { work } from "../words/fact.ts";
import type { EngineOptions } from "./use-engine.ts";

/** `evaluate --json`. The names are a contract; keys may be added. */
export interface EvaluationResult {
  /** Images measured. */
  readonly images: number;
  readonly accuracy: Estimate;
  readonly macroF1: number;
  readonly perClass: readonly ({ readonly label: string } & ClassMetrics)[];
  /** Rows are the truth, columns the prediction. */
  readonly confusion: { readonly labels: readonly string[]; readonly matrix: readonly (readonly number[])[] };
  readonly logLoss: number;
  /** Expected calibration error, 0 to 1. */
  readonly calibrationError: number;
  readonly skipped: readonly SkippedImage[];
  /** Images of the data that the model was trained on; null where its folder does not tell. */
  readonly trainingImages: number | null;
  /** Whether those are among `images`, and the figures flatter. */
  readonly includesTraining: boolean;
}

/** How a model is measured. */
export interface EvaluateOptions extends WorkOptions, EngineOptions, DataOptions {
  /** Measure on the photos that the model was trained on, too. Default false: they are left out and counted. */
  readonly includesTraining?: boolean | undefined;
}

/** Pictures decoded ahead while the network works. */
const decodeAhead = 4;

/**
 * Measures a model folder on labelled images that it was not trained on. Labels are matched by name; a label that the
 * model does not know is E_DATA, a class of the model without images is allowed. Images of the training set are left
 * out, known by their bytes; E_LEAK where no other is left.
 */
export function evaluateModel(
  folder: string,
  data: string,
  options: EvaluateOptions = {},
): Run<EvaluationResult> {
  return startRun(async (report) => {
    const { includesTraining = false, splitFolders, unlabelled, labels: version, signal } = options;
    await using model = await loadModel(folder, options);
    const found = await readLabelled(data, { splitFolders, unlabelled, labels: version, signal, report });
    const seen = await readTrainingHashes(folder, model.record);
    const { manifest, trainingImages } = setTrainingApart(found, seen, {
      includesTraining,
      report,
    });
    const labels = labelsOf(manifest, model);
    const logits = createMatrix(manifest.rows.length, model.labels.length);
    let row = 0;
    for await (const values of scoreRows(model, manifest, options)) {
      logits.data.set(values, row * logits.columns);
      row += 1;
      tell(report, row, manifest.rows.length);
    }
    const score = scoreLogits(logits, labels, groupsOf(manifest));
    return {
      images: manifest.rows.length,
      accuracy: score.accuracy,
      macroF1: score.macroF1,
      perClass: score.perClass.map((metrics, k) => ({ label: model.labels[k]!, ...metrics })),
      confusion: { labels: model.labels, matrix: score.confusion },
      logLoss: score.logLoss,
      calibrationError: score.calibration.expectedError,
      skipped: manifest.skipped,
      trainingImages,
      includesTraining: includesTraining && trainingImages !== 0,
    };
  });
}

function scoreRows(
  model: LoadedModel,
  { root, rows }: Manifest,
  options: WorkOptions,
): AsyncGenerator<Float32Array> {
  return mapInOrder(rows, decodeAhead, async ({ path }) => {
    options.signal?.throwIfAborted();
    return await model.logits(await decodeImage(join(root, path), options), options);
  });
}

function labelsOf(manifest: Manifest, { labels, record }: LoadedModel): Int32Array {
  const wanted = [...new Set(manifest.rows.map(({ label }) => label ?? ""))];
  const unknown = wanted.filter((label) => !labels.includes(label));
  if (unknown.length > 0) {
    const { unlearnt = [] } = record.data;
    const never = unlearnt.length === 0 ? "" : `, and had no photo to learn ${quoteList(unlearnt)} from`;
    throw new RootstockError(
      "E_DATA",
      `evaluate: the model does not know ${quoteList(unknown)}; it knows ${quoteList(labels)}${never}.`,
      { hint: "Name the folders as the model's classes are named, or leave the others out." },
    );
  }
  return Int32Array.from(manifest.rows, ({ label }) => labels.indexOf(label ?? ""));
}

function tell(report: Report, done: number, total: number): void {
  report({ type: "progress", ...work("evaluate"), done, total, unit: "images" });
}
