import { resolve } from "node:path";
import { isAbort, toErrorRecord } from "../base/errors.ts";
import { type Run, type WorkEvent, type WorkOptions, startRun } from "../base/events.ts";
import { mapInOrder } from "../base/concurrency.ts";
import { orderedJson } from "../base/ordered-json.ts";
import { type LoadedModel, loadModel } from "../bundle/load-model.ts";
import { type ListedImage, listImages } from "../data/list-images.ts";
import { tell, work } from "../words/fact.ts";
import { leastFamiliarity, predictOrUnknown } from "./answer-unknown.ts";
import {
  type PredictionLine,
  correctLine,
  estimateFrom,
  readCorrection,
  sayMix,
} from "./correct-predictions.ts";
import { openPredictionTable, requireTablePlace } from "./prediction-table.ts";
import type { EngineOptions } from "./use-engine.ts";

export type { PredictionLine } from "./correct-predictions.ts";

/** What predicting tells: a prediction as soon as it is known, or how far it is. */
export type PredictionEvent =
  | WorkEvent
  | {
      readonly type: "prediction";
      readonly line: PredictionLine;
      /** Of the model, in its own order. */
      readonly labels: readonly string[];
    };

/** A line as JSON with `probabilities` in the order of the labels, also where classes are called "10" and "9". */
export function predictionJson(line: PredictionLine, labels: readonly string[]): string {
  if ("error" in line) return orderedJson(line);
  const { probabilities, prior } = line;
  const inOrder = (values: Readonly<Record<string, number>>) =>
    new Map(labels.map((label) => [label, values[label]]));
  return orderedJson({
    ...line,
    probabilities: inOrder(probabilities),
    ...(prior === undefined ? {} : { prior: inOrder(prior) }),
  });
}

/** How many pictures were looked at, and how many could not be used. */
export interface PredictionSummary {
  readonly images: number;
  readonly failed: number;
  /** The table that was written; absent where none was asked for. */
  readonly out?: string;
}

/** What is predicted with, and where the answers go. */
export interface PredictOptions extends WorkOptions, EngineOptions {
  /** A table of the predictions, .parquet, .csv or .jsonl (see `openPredictionTable`). */
  readonly out?: string | undefined;
  /**
   * The mix of classes that the photos come in, where it is another than the model learnt under: `a=0.2,b=0.8`, or
   * `estimated` from the photos themselves, whose predictions then come when all are seen. Default: no correction.
   */
  readonly prior?: string | undefined;
  /**
   * Photos that seem to be of none of the classes are called unknown; of the classes' own at least this share keeps its answer.
   * Without it every photo gets a class.
   */
  readonly unknownKeep?: number | undefined;
}

/** Pictures decoded ahead while the network works. */
const decodeAhead = 4;

/**
 * Predicts files, every image inside folders, and what patterns match, in order. A bad image, a path that does not
 * exist and a folder that cannot be read are error lines, never an end.
 * Throws E_BUNDLE for a bad model folder, E_DATA_NOT_FOUND for no path at all, and E_OPTION for a bad `prior` and an
 * `unknownKeep` that the model cannot promise.
 */
export function predict(
  folder: string,
  paths: readonly string[],
  options: PredictOptions = {},
): Run<PredictionSummary, PredictionEvent> {
  return startRun(async (report) => {
    const { out } = options;
    if (out !== undefined) await requireTablePlace(out);
    const images = await listImages(paths);
    const correction = await readCorrection(folder, options.prior);
    await using model = await loadModel(folder, options);
    const least = leastFamiliarity(model, options.unknownKeep);
    await using table = out === undefined ? null : await openPredictionTable(out, model.labels);
    const { labels } = model;
    const { unlearnt = [] } = model.record.data;
    if (unlearnt.length > 0) report({ type: "notice", ...tell("unlearnt", { classes: unlearnt }) });
    let [failed, done] = [0, 0];
    const held: PredictionLine[] = [];
    const given = correction?.mix ?? null;
    if (correction !== null && given !== null) sayMix(given, labels, report);
    const hand = async (line: PredictionLine): Promise<void> => {
      await table?.add(line);
      report({ type: "prediction", line, labels });
    };
    for await (const line of mapInOrder(images, decodeAhead, (image) =>
      predictOne(model, image, { ...options, least }),
    )) {
      if ("error" in line) failed += 1;
      done += 1;
      if (correction === null) await hand(line);
      else if (given !== null) await hand(correctLine(line, { ...correction, mix: given, labels }));
      else held.push(line);
      report({ type: "progress", ...work("predict"), done, total: images.length, unit: "images" });
    }
    if (correction !== null && given === null) {
      const mix = estimateFrom(held, { ...correction, labels, report });
      for (const line of held) await hand(correctLine(line, { ...correction, mix, labels }));
    }
    await table?.close();
    return { images: images.length, failed, ...(out !== undefined && { out: resolve(out) }) };
  }, predictionsPass);
}

const predictionsPass = { isPassing: (event: PredictionEvent): boolean => event.type === "prediction" };

async function predictOne(
  model: LoadedModel,
  listed: ListedImage,
  { least, ...options }: WorkOptions & { least: number | null },
): Promise<PredictionLine> {
  if ("error" in listed) return listed;
  const { path } = listed;
  try {
    options.signal?.throwIfAborted();
    if (least !== null) return { path, ...(await predictOrUnknown(model, path, { ...options, least })) };
    return { path, ...(await model.predict(path, options)) };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { path, error: toErrorRecord(error) };
  }
}
