import { setMaxListeners } from "node:events";
import { mapInOrder } from "../base/concurrency.ts";
import type { Engine } from "../engine/engine.ts";
import type { FailedImage, ImageSource } from "./features.ts";
import { type FeatureNetwork, openLooker, picturesUnderWay } from "./open-looker.ts";
import { createPixelBudget, decodedBytes, pixelBudgetBytes } from "./pixel-budget.ts";

/** One picture's features, or why it has none. */
export type Outcome = { readonly index: number; readonly features: Float32Array } | FailedImage;

/**
 * Features of the pictures named by `rows`, in that order. The threads that compute read and decode them, one picture
 * (or batch) a thread. Memory does not grow with the number of pictures.
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
  await using looker = await openLooker(network, { engine, signal: either });
  const budget = createPixelBudget(pixelBudgetBytes);
  const work = (batch: readonly number[]): Promise<Outcome[]> => {
    const pictures = batch.map((row) => images[row]!);
    return budget.within(
      pictures.reduce((sum, picture) => sum + decodedBytes(picture), 0),
      async () => {
        const files = pictures.map(({ path, sha256 }) => ({ path, sha256, subject: JSON.stringify(path) }));
        const seen = await looker.look(files);
        return seen.map(({ values, error }, i) => ({
          index: batch[i]!,
          ...(values === undefined ? { error: error! } : { features: values }),
        }));
      },
    );
  };
  try {
    const { batchSize } = looker;
    const limit = Math.max(1, Math.floor(picturesUnderWay / batchSize));
    for await (const outcomes of mapInOrder(chunksOf(rows, batchSize), limit, work)) yield* outcomes;
  } finally {
    halt.abort(); // whoever stops reading stops the work
  }
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
