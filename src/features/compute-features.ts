import { setMaxListeners } from "node:events";
import { mapInOrder } from "../base/concurrency.ts";
import type { Engine, Feeds, Session } from "../engine/engine.ts";
import { readPictures, seePictures } from "../engine/look-at-pictures.ts";
import type { SeenPicture } from "../engine/picture-file.ts";
import type { Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { FailedImage, ImageSource } from "./features.ts";
import { pictureModel } from "./picture-model.ts";
import { createPixelBudget } from "./pixel-budget.ts";

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
  const stage = { session, columns: model.graph.outputs[0]!.dims![1] as number, signal: either };
  const budget = createPixelBudget(budgetBytes);
  const work = (batch: readonly number[]): Promise<Outcome[]> => {
    const pictures = batch.map((row) => images[row]!);
    return budget.within(
      pictures.reduce((sum, picture) => sum + decodedBytes(picture), 0),
      async () => {
        const seen = await look(pictures, stage);
        return seen.map(({ values, error }, i) => ({
          index: batch[i]!,
          ...(values === undefined ? { error: error! } : { features: values }),
        }));
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
  /** Of `features`: D. */
  readonly columns: number;
  readonly signal: AbortSignal;
}

/** By the threads that compute, where the runtime has such; else here. */
async function look(pictures: readonly ImageSource[], stage: Stage): Promise<readonly SeenPicture[]> {
  const { session, columns, signal } = stage;
  const files = pictures.map(({ path, sha256 }) => ({ path, sha256, subject: JSON.stringify(path) }));
  if (session.look !== undefined) return await session.look(files, { columns, signal });
  const { inputs, outputs } = session;
  const run = async (feeds: Feeds): Promise<Record<string, Tensor>> => await session.run(feeds, { signal });
  return await seePictures(
    await readPictures(files, { signal }),
    { inputs, outputs, columns, run },
    { signal },
  );
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
