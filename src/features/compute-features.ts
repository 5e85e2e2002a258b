import { setMaxListeners } from "node:events";
import { type ErrorRecord, RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import { mapInOrder } from "../base/concurrency.ts";
import type { Engine, Session } from "../engine/engine.ts";
import { type Model, createModel } from "../graph/graph.ts";
import { preprocessingGraph } from "../graph/preprocessing-graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { type Tensor, asFloat32 } from "../graph/tensor.ts";
import type { FailedImage, ImageSource } from "./features.ts";
import { createPixelBudget } from "./pixel-budget.ts";
import { prepareImage } from "./prepare-image.ts";
import { stackPictures } from "./stack-pictures.ts";

/** A network whose only output is `features` [N, D], and how it wants its pixels. */
export interface FeatureNetwork {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  /** Pictures a run. */
  readonly batchSize: number;
}

/** One picture's features, or why it has none. */
export type Outcome = { readonly index: number; readonly features: Float32Array } | FailedImage;

/** Pictures under way at most, from reading to features: what a kill may cost beside a segment. */
export const picturesUnderWay = 32;

/** Decoded pixels held at a time: all that is under way of small photos, five of 24 megapixels. */
const budgetBytes = 400e6;
/** Taken for a picture of unknown size: 24 megapixels. */
const unknownBytes = 72e6;

interface Stages {
  readonly preprocess: Session;
  readonly forward: Session;
  readonly signal: AbortSignal;
}

/**
 * Features of the pictures named by `rows`, in that order. Decoding runs in libvips' threads beside the network,
 * which runs apart, one picture (or batch) a thread. Memory does not grow with the number of pictures.
 * Throws E_ENGINE and the signal's reason; a picture that cannot be used is an outcome.
 */
export async function* computeFeatures(
  rows: readonly number[],
  images: readonly ImageSource[],
  { network, engine, signal }: { network: FeatureNetwork; engine: Engine; signal?: AbortSignal | undefined },
): AsyncGenerator<Outcome> {
  const halt = new AbortController();
  const either = signal ? AbortSignal.any([signal, halt.signal]) : halt.signal;
  setMaxListeners(0, either); // one for each picture under way is no leak
  const loading = { threading: "apart", signal: either } as const;
  const steps = createModel(preprocessingGraph(network.preprocessing));
  await using preprocess = await engine.load(steps, { ...loading, memory: "returned" });
  await using forward = await engine.load(network.model, loading);
  const stages = { preprocess, forward, signal: either };
  const batchSize = fixedBatchOf(forward) ?? Math.min(network.batchSize, picturesUnderWay);
  const budget = createPixelBudget(budgetBytes);
  const work = (batch: readonly number[]): Promise<Outcome[]> => {
    const pictures = batch.map((row) => images[row]!);
    return budget.within(
      pictures.reduce((sum, picture) => sum + decodedBytes(picture), 0),
      async () => {
        const outcomes = await computeBatch(pictures, stages);
        return outcomes.map((outcome, i) => ({ index: batch[i]!, ...outcome }));
      },
    );
  };
  try {
    const limit = Math.max(1, Math.floor(picturesUnderWay / batchSize));
    for await (const outcomes of mapInOrder(chunksOf(rows, batchSize), limit, work)) yield* outcomes;
  } finally {
    halt.abort(); // whoever stops reading stops the work
  }
}

type Computed = { readonly features: Float32Array } | { readonly error: ErrorRecord };

async function computeBatch(pictures: readonly ImageSource[], stages: Stages): Promise<Computed[]> {
  const prepared = await Promise.all(pictures.map((picture) => prepareOrExplain(picture, stages)));
  const usable = prepared.flatMap((one) => ("pixels" in one ? [one.pixels] : []));
  if (usable.length === 0) return prepared.filter((one) => "error" in one);
  const { forward, signal } = stages;
  const input = stackPictures(usable, fixedBatchOf(forward) ?? usable.length);
  const { features } = await forward.run({ [forward.inputs[0]!.name]: input }, { signal, transfer: true });
  const values = asFloat32(features!);
  const columns = values.length / input.dims[0]!;
  let row = 0;
  return prepared.map((one) =>
    "error" in one ? one : requireFinite(values.subarray(row * columns, (row += 1) * columns)),
  );
}

async function prepareOrExplain(
  picture: ImageSource,
  { preprocess, signal }: Stages,
): Promise<{ pixels: Tensor } | { error: ErrorRecord }> {
  try {
    signal.throwIfAborted();
    return { pixels: await prepareImage(picture, preprocess, { signal }) };
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error;
    return { error: toErrorRecord(error) };
  }
}

/** A network that overflows on a picture has no features for it, and a classifier must not be fitted on NaN. */
function requireFinite(features: Float32Array): Computed {
  if (features.every(Number.isFinite)) return { features };
  const message = "features: expected finite numbers, got NaN or infinity from the network.";
  return { error: toErrorRecord(new RootstockError("E_NAN", message)) };
}

/** Networks exported for one batch size say so in their input; most leave it free. */
function fixedBatchOf({ inputs }: Session): number | undefined {
  const batch = inputs[0]?.dims?.[0];
  return typeof batch === "number" && batch > 0 ? batch : undefined;
}

function decodedBytes({ width, height }: ImageSource): number {
  return width === undefined || height === undefined ? unknownBytes : 3 * width * height;
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
