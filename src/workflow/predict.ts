import { type ErrorRecord, isAbort, toErrorRecord } from "../base/errors.ts";
import { type Run, type WorkEvent, type WorkOptions, startRun } from "../base/events.ts";
import { mapInOrder } from "../base/concurrency.ts";
import { type LoadedModel, loadModel } from "../bundle/load-model.ts";
import type { Prediction } from "../bundle/run-model.ts";
import { listImages } from "../data/list-images.ts";

/** `predict --json`, one line an image: the prediction, or the error of an image that could not be used. */
export type PredictionLine =
  ({ readonly path: string } & Prediction) | { readonly path: string; readonly error: ErrorRecord };

export type PredictionEvent = WorkEvent | { readonly type: "prediction"; readonly line: PredictionLine };

export interface PredictionSummary {
  readonly images: number;
  readonly failed: number;
}

/** Pictures decoded ahead while the network works. */
const decodeAhead = 4;

/**
 * Predicts files, and every image inside folders, in order. A bad image is an error line, never an end.
 * Throws E_BUNDLE for a bad model folder and E_DATA_NOT_FOUND when the paths hold no file at all.
 */
export function predict(
  folder: string,
  paths: readonly string[],
  options: WorkOptions & { threads?: number | undefined } = {},
): Run<PredictionSummary, PredictionEvent> {
  return startRun(async (report) => {
    const images = await listImages(paths);
    const { threads } = options;
    await using model = await loadModel(folder, threads === undefined ? {} : { threads });
    let failed = 0;
    let done = 0;
    for await (const line of mapInOrder(images, decodeAhead, (path) => predictOne(model, path, options))) {
      if ("error" in line) failed += 1;
      done += 1;
      report({ type: "prediction", line });
      report({ type: "progress", stage: "predict", done, total: images.length, unit: "images" });
    }
    return { images: images.length, failed };
  });
}

async function predictOne(model: LoadedModel, path: string, options: WorkOptions): Promise<PredictionLine> {
  try {
    options.signal?.throwIfAborted();
    return { path, ...(await model.predict(path, options)) };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { path, error: toErrorRecord(error) };
  }
}
