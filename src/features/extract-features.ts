import type { Backbone } from "../backbones/backbone.ts";
import { RootstockError } from "../base/errors.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { computeFeatures } from "./compute-features.ts";
import type { Model } from "../graph/graph.ts";
import { type FeatureCache, openFeatureCache } from "./feature-cache.ts";
import { type Pooling, bestBatchSize, dimensionsOf, featureModel } from "./feature-model.ts";
import type { ExtractOptions, FailedImage, Features, ImageSource } from "./features.ts";
import { type FeatureKeeper, createFeatureKeeper } from "./keep-features.ts";
import { resolveLayer } from "./resolve-layer.ts";
import { viewName } from "./views.ts";
import { work } from "../words/fact.ts";

export type { ExtractOptions, FailedImage, Features, ImageSource } from "./features.ts";

/**
 * Features of pictures at one layer of a backbone. What the cache knows is read; the rest is computed, decoding beside
 * the network, and kept as it goes: a run that is killed or stopped resumes, with at most 64 pictures done twice.
 * A picture that cannot be used is named in `failed` and its row is NaN. Memory: N x D and a bounded queue.
 * Throws E_LAYER, E_OPERATOR, E_ENGINE, and the signal's reason; what was computed until then is kept.
 *
 * @example
 * await using engine = await openEngine();
 * const { matrix } = await extractFeatures(images, backbone, { engine, cache: null });
 */
export async function extractFeatures(
  images: readonly ImageSource[],
  backbone: Backbone,
  options: ExtractOptions,
): Promise<Features> {
  const { pooling = "avg", report } = options;
  const layer = resolveLayer(backbone, options.layer);
  const matrix = createMatrix(images.length, dimensionsOf(layer, pooling));
  const sha256s = images.map(({ sha256 }) => sha256);
  const cache = openCache(backbone, { layer: layer.value, pooling, dimensions: matrix.columns }, options);
  const isNew = cache === null || options.isKnownMissing === true;
  const missing = isNew ? [...images.keys()] : await cache.fill(sha256s, matrix);
  const cached = images.length - missing.length;
  let done = cached;
  const advance = (pictures: number): void => {
    done += pictures;
    const values = cached > 0 ? { values: { cached } } : {};
    const stage = work("features", { backbone: backbone.name });
    report?.({ type: "progress", ...stage, done, total: images.length, unit: "images", ...values });
  };
  advance(0);
  const keeper = cache && createFeatureKeeper(cache, { columns: matrix.columns, report });
  const model = missing.length === 0 ? null : featureModel(backbone, layer, pooling, options.views);
  const failed =
    model === null
      ? []
      : await fillRows(missing, model, { images, backbone, matrix, keeper, advance, ...options });
  return {
    matrix,
    sha256s,
    backbone: { name: backbone.name, sha256: backbone.sha256 },
    layer: layer.name,
    pooling,
    failed,
    computed: missing.length,
  };
}

/** The pictures whose features no cache has, by a look into it alone: their rows, in order. */
export async function missingFeatures(
  images: readonly ImageSource[],
  backbone: Backbone,
  options: Pick<ExtractOptions, "layer" | "pooling" | "views" | "cache" | "report">,
): Promise<number[]> {
  const { pooling = "avg" } = options;
  const layer = resolveLayer(backbone, options.layer);
  const dimensions = dimensionsOf(layer, pooling);
  const cache = openCache(backbone, { layer: layer.value, pooling, dimensions }, options);
  if (cache === null) return [...images.keys()];
  return await cache.missing(images.map(({ sha256 }) => sha256));
}

interface RowsToFill extends ExtractOptions {
  readonly images: readonly ImageSource[];
  readonly backbone: Backbone;
  readonly matrix: Matrix;
  readonly keeper: FeatureKeeper | null;
  advance(pictures: number): void;
}

/** Computes and keeps the rows named; returns the pictures that could not be used, their rows NaN. */
async function fillRows(rows: readonly number[], model: Model, work: RowsToFill): Promise<FailedImage[]> {
  const {
    images,
    backbone,
    matrix,
    keeper,
    advance,
    engine,
    signal,
    batchSize = bestBatchSize(model),
  } = work;
  const network = { model, preprocessing: backbone.card.preprocessing, batchSize };
  const failed: FailedImage[] = [];
  try {
    for await (const outcome of computeFeatures(rows, images, { network, engine, signal })) {
      const row = rowOf(matrix, outcome.index);
      if ("error" in outcome) {
        failed.push(outcome);
        row.fill(Number.NaN);
      } else {
        row.set(outcome.features);
        await keeper?.add(images[outcome.index]!.sha256, row);
      }
      advance(1);
    }
  } finally {
    await keeper?.flush();
  }
  if (failed.length === rows.length) throwIfEngine(failed);
  return failed;
}

/** Where the runtime failed at every picture, the network is to blame and no picture. */
function throwIfEngine(failed: readonly FailedImage[]): void {
  const { code, message, hint } = failed[0]!.error;
  if (failed.every(({ error }) => error.code === "E_ENGINE"))
    throw new RootstockError(code, message, { hint });
}

/** The features' place in a cache folder; null where there is none. */
export function openCache(
  { sha256, card }: Backbone,
  place: { readonly layer: string; readonly pooling: Pooling; readonly dimensions: number },
  { cache, views = 1, report }: Pick<ExtractOptions, "cache" | "views" | "report">,
): FeatureCache | null {
  if (cache === null) return null;
  const space = {
    backboneSha256: sha256,
    preprocessing: card.preprocessing,
    view: viewName(views),
    ...place,
  };
  return openFeatureCache(cache, space, report);
}
