import { setMaxListeners } from "node:events";
import { type ErrorRecord, RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import { mapInOrder } from "../base/concurrency.ts";
import type { Engine, Session } from "../engine/engine.ts";
import type { Dimension, Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import { type Tensor, asFloat32 } from "../graph/tensor.ts";
import type { FailedImage, ImageSource } from "./features.ts";
import { pictureModel, pictureNames } from "./picture-model.ts";
import { createPixelBudget } from "./pixel-budget.ts";
import { readPicture } from "./read-picture.ts";

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

type Computed = { readonly features: Float32Array } | { readonly error: ErrorRecord };
type Read = { readonly image: Tensor } | { readonly error: ErrorRecord };

/**
 * Features of the pictures named by `rows`, in that order. Decoding runs in libvips' threads beside the network,
 * which runs apart, one picture (or batch) a thread. Memory does not grow with the number of pictures.
 * Throws E_ENGINE, E_OPERATOR and the signal's reason; a picture that cannot be used is an outcome.
 */
export async function* computeFeatures(
  rows: readonly number[],
  images: readonly ImageSource[],
  { network, engine, signal }: { network: FeatureNetwork; engine: Engine; signal?: AbortSignal | undefined },
): AsyncGenerator<Outcome> {
  const halt = new AbortController();
  const either = signal ? AbortSignal.any([signal, halt.signal]) : halt.signal;
  setMaxListeners(0, either); // one for each picture under way is no leak
  const { model, preprocessing } = network;
  const batchSize = fixedBatchOf(model) ?? Math.min(network.batchSize, picturesUnderWay);
  const whole = pictureModel(model, preprocessing, batchSize);
  await using session = await engine.load(whole, { threading: "apart", signal: either });
  const stage = { session, batchSize, dims: model.graph.outputs[0]!.dims!, signal: either };
  const budget = createPixelBudget(budgetBytes);
  const work = (batch: readonly number[]): Promise<Outcome[]> => {
    const pictures = batch.map((row) => images[row]!);
    return budget.within(
      pictures.reduce((sum, picture) => sum + decodedBytes(picture), 0),
      async () => {
        const outcomes = await computeBatch(pictures, stage);
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

interface Stage {
  readonly session: Session;
  readonly batchSize: number;
  /** Of `features`, as the network declares them: [N, D]. */
  readonly dims: readonly Dimension[];
  readonly signal: AbortSignal;
}

async function computeBatch(pictures: readonly ImageSource[], stage: Stage): Promise<Computed[]> {
  const read = await Promise.all(pictures.map((picture) => readOrExplain(picture, stage.signal)));
  const usable = read.flatMap((one) => ("image" in one ? [one.image] : []));
  const computed = usable.length === 0 ? [] : await runOrExplain(usable, stage);
  return read.map((one) => ("error" in one ? one : computed.shift()!));
}

/** A picture that the network cannot take (of another size, or too large for the memory) fails alone. */
async function runOrExplain(images: readonly Tensor[], stage: Stage): Promise<Computed[]> {
  try {
    return await runBatch(images, stage);
  } catch (error) {
    if (stage.signal.aborted || isAbort(error)) throw error;
    if (images.length === 1) return [{ error: toErrorRecord(error) }];
    const alone = await Promise.all(images.map((image) => runOrExplain([image], stage)));
    return alone.flat();
  }
}

/** Places in the batch that no picture fills repeat the first one. */
async function runBatch(images: readonly Tensor[], stage: Stage): Promise<Computed[]> {
  const { session, batchSize, dims, signal } = stage;
  const places = pictureNames(batchSize).map((name, i) => [name, images[i] ?? images[0]!] as const);
  const { features } = await session.run(Object.fromEntries(places), { signal });
  const columns = features!.dims[1]!;
  if (columns !== dims[1])
    throw new RootstockError("E_SHAPE", `features: expected ${dims[1]} a picture, got ${columns}.`, {
      hint: "Resize or crop in the card's preprocessing, or pool the layer.",
    });
  const values = asFloat32(features!);
  return images.map((_, i) => requireFinite(values.subarray(i * columns, (i + 1) * columns)));
}

async function readOrExplain(picture: ImageSource, signal: AbortSignal): Promise<Read> {
  try {
    signal.throwIfAborted();
    return { image: await readPicture(picture, { signal }) };
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
function fixedBatchOf({ graph }: Model): number | undefined {
  const batch = graph.inputs[0]?.dims?.[0];
  return typeof batch === "number" && batch > 0 ? batch : undefined;
}

function decodedBytes({ width, height }: ImageSource): number {
  return width === undefined || height === undefined ? unknownBytes : 3 * width * height;
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
