import { RootstockError, isAbort, toErrorRecord } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import { type Matrix, createMatrix, joinColumns, rowOf } from "../../base/matrix.ts";
import type { BundleRecord } from "../../bundle/bundle-record.ts";
import { openModelView } from "../../bundle/model-view.ts";
import type { SkippedImage } from "../../data/manifest.ts";
import type { Engine } from "../../engine/engine.ts";
import { extractFeatures } from "../../features/extract-features.ts";
import type { ImageSource } from "../../features/features.ts";
import { work } from "../../words/fact.ts";
import { type FeatureUse, openBackbones, poolings } from "../plan.ts";

/** Features of photos as a model's classifier is given them; a photo that cannot be used is named, its row NaN. */
export interface PhotoFeatures {
  /** Shape: n x D. */
  readonly matrix: Matrix;
  readonly failed: readonly (SkippedImage & { readonly index: number })[];
}

/** What features are computed with. */
export interface PhotoFeatureOptions extends WorkOptions {
  readonly engine: Engine;
  /** Null neither reads nor keeps features. */
  readonly cache: string | null;
  /** Columns that the classifier is given. */
  readonly dimensions: number;
}

/**
 * The features of photos by the networks of a model folder. Where its backbones are on this machine, as the record names
 * them, through the cache; else by the model's own graph, which has them inside, as a trained network always is. Throws E_BUNDLE for a graph that is not ours.
 */
export async function photoFeatures(
  model: { readonly folder: string; readonly record: BundleRecord; readonly isTrained: boolean },
  photos: readonly ImageSource[],
  options: PhotoFeatureOptions,
): Promise<PhotoFeatures> {
  if (photos.length === 0) return { matrix: createMatrix(0, options.dimensions), failed: [] };
  const isCached = options.cache !== null && !model.isTrained;
  const uses = !isCached ? null : await usesOf(model.record, options);
  return uses === null
    ? await byModel(model.folder, photos, options)
    : await throughCache(uses, photos, options);
}

/** The backbones of a record, as far as they are here under their names with the same weights; null where one is not. */
async function usesOf(record: BundleRecord, { signal }: WorkOptions): Promise<FeatureUse[] | null> {
  const uses: FeatureUse[] = [];
  for (const { name, sha256, layer, pooling } of record.backbones) {
    const known = poolings.find((one) => one === pooling);
    const opened = await openBackbones([name], { layers: [layer], signal }).catch((error: unknown) => {
      if (isAbort(error) || !(error instanceof RootstockError)) throw error;
      return [];
    });
    if (opened[0]?.sha256 !== sha256 || known === undefined) return null;
    uses.push({ backbone: opened[0], layer, pooling: known });
  }
  return uses;
}

async function throughCache(
  uses: readonly FeatureUse[],
  photos: readonly ImageSource[],
  options: PhotoFeatureOptions,
): Promise<PhotoFeatures> {
  const failed = new Map<number, SkippedImage & { index: number }>();
  const blocks: Matrix[] = [];
  for (const { backbone, layer, pooling } of uses) {
    const features = await extractFeatures(photos, backbone, { ...options, layer, pooling });
    for (const { index, error } of features.failed)
      failed.set(index, { index, path: photos[index]!.path, ...error });
    blocks.push(features.matrix);
  }
  return { matrix: joinColumns(blocks), failed: [...failed.values()] };
}

/** Without a cache, by the model's own graph. */
async function byModel(
  folder: string,
  photos: readonly ImageSource[],
  { engine, signal, report, dimensions }: PhotoFeatureOptions,
): Promise<PhotoFeatures> {
  await using model = await openModelView(folder, engine);
  const matrix = createMatrix(photos.length, dimensions);
  const failed: (SkippedImage & { index: number })[] = [];
  for (const [index, { path }] of photos.entries()) {
    signal?.throwIfAborted();
    try {
      rowOf(matrix, index).set((await model.view(path, { signal })).features);
    } catch (error) {
      if (isAbort(error)) throw error;
      rowOf(matrix, index).fill(Number.NaN);
      failed.push({ index, path, ...toErrorRecord(error) });
    }
    report?.({ type: "progress", ...work("look"), done: index + 1, total: photos.length, unit: "images" });
  }
  return { matrix, failed };
}
