import { type ErrorRecord, RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import { type Run, type WorkEvent, type WorkOptions, startRun } from "../base/events.ts";
import { mapInOrder } from "../base/concurrency.ts";
import { orderedJson } from "../base/ordered-json.ts";
import { type LoadedModel, loadModel } from "../bundle/load-model.ts";
import { type Prediction, toPrediction } from "../bundle/run-model.ts";
import { decodeImage } from "../image/decode.ts";
import { familiarityFor, familiarityOf } from "../evaluate/familiarity.ts";
import { type ListedImage, listImages } from "../data/list-images.ts";
import { tell, work } from "../words/fact.ts";
import type { EngineOptions } from "./use-engine.ts";

/** `predict --json`, one line an image: the prediction, or the error of an image that could not be used. */
export type PredictionLine =
  | ({ readonly path: string } & Prediction & Partial<UnknownAnswer>)
  | { readonly path: string; readonly error: ErrorRecord };

/** What is said beside a prediction where photos of none of the classes are looked for. */
export interface UnknownAnswer {
  /** Whether it is taken for a photo of none of the classes; `label` is then "unknown". */
  readonly isUnknown: boolean;
  /** The class that it is most like all the same. */
  readonly nearest: string;
}

/** How photos of none of the classes are told. */
export interface UnknownOptions {
  /** The share of photos of the classes that keeps its answer, at least; without it every photo gets a class. */
  readonly unknownKeep?: number | undefined;
}

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
  const { probabilities } = line;
  return orderedJson({
    ...line,
    probabilities: new Map(labels.map((label) => [label, probabilities[label]])),
  });
}

/** How many pictures were looked at, and how many could not be used. */
export interface PredictionSummary {
  readonly images: number;
  readonly failed: number;
}

/** Pictures decoded ahead while the network works. */
const decodeAhead = 4;

/**
 * Predicts files, every image inside folders, and what patterns match, in order. A bad image, a path that does not
 * exist and a folder that cannot be read are error lines, never an end.
 * Throws E_BUNDLE for a bad model folder, E_DATA_NOT_FOUND for no path at all, and E_OPTION where the model cannot promise
 * `unknownKeep`.
 */
export function predict(
  folder: string,
  paths: readonly string[],
  options: WorkOptions & EngineOptions & UnknownOptions = {},
): Run<PredictionSummary, PredictionEvent> {
  return startRun(async (report) => {
    const images = await listImages(paths);
    await using model = await loadModel(folder, options);
    const least = leastFamiliarity(model, options);
    const { unlearnt = [] } = model.record.data;
    if (unlearnt.length > 0) report({ type: "notice", ...tell("unlearnt", { classes: unlearnt }) });
    let failed = 0;
    let done = 0;
    for await (const line of mapInOrder(images, decodeAhead, (image) =>
      predictOne(model, image, { ...options, least }),
    )) {
      if ("error" in line) failed += 1;
      done += 1;
      report({ type: "prediction", line, labels: model.labels });
      report({ type: "progress", ...work("predict"), done, total: images.length, unit: "images" });
    }
    return { images: images.length, failed };
  }, predictionsPass);
}

/** What stands in the place of a class. */
const unknownLabel = "unknown";

/** Null where every photo gets a class. Throws E_OPTION where the model has no rule, or too few photos for this one. */
function leastFamiliarity(
  { record, folder }: LoadedModel,
  { unknownKeep: keep }: UnknownOptions,
): number | null {
  if (keep === undefined) return null;
  const rule = record.unknown ?? null;
  const least = rule === null ? null : familiarityFor(rule, keep);
  if (least !== null) return least;
  const had =
    rule === null
      ? "none: no photo was held out when it was made"
      : `${rule.photos} held-out photos, enough for ${rule.levels.at(-1)?.keep ?? 0}`;
  throw new RootstockError(
    "E_OPTION",
    `model ${JSON.stringify(folder)}: expected scores of held-out photos that promise to keep ${keep} of the answers, got ${had}.`,
    {
      hint: "A model of `compare` has them, and one of `train` on features; for a lower share fewer photos do.",
    },
  );
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
    if (least === null) return { path, ...(await model.predict(path, options)) };
    const logits = await model.logits(await decodeImage(path, options), options);
    const { label: nearest, ...prediction } = toPrediction(model.labels, logits);
    const isUnknown = familiarityOf(logits) < least;
    return { path, label: isUnknown ? unknownLabel : nearest, ...prediction, isUnknown, nearest };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { path, error: toErrorRecord(error) };
  }
}
