import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix, rowOf } from "../base/matrix.ts";
import { createRandom, hashString } from "../base/random.ts";
import type { Backbone } from "../backbones/backbone.ts";
import type { Engine } from "../engine/engine.ts";
import { extractFeatures } from "../features/extract-features.ts";
import { type FeatureCache, openFeatureCache } from "../features/feature-cache.ts";
import type { Pooling } from "../features/feature-model.ts";
import type { ImageSource } from "../features/features.ts";
import { createFeatureKeeper } from "../features/keep-features.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph } from "../graph/graph.ts";
import { asFloat32, floatTensor, sizeOf } from "../graph/tensor.ts";
import { type Augmentation, augment } from "../image/augment.ts";
import type { ExampleSource } from "../training/example-source.ts";
import { type PictureStore, openPixelStore } from "./pixel-store.ts";
import { pixelTable, toPlanes } from "./to-planes.ts";
import { work as workOf } from "../words/fact.ts";

/** What the frozen part of a network makes of every picture and of a few variations of it, computed once. */
export interface FrozenViews {
  /** Of one example, without the batch. */
  readonly dims: readonly number[];
  /** The plain pictures first, then one matrix a variation. Shapes: N x D each. */
  readonly views: readonly Matrix[];
}

/** How many variations of each picture are sent through the frozen part, and what keeps them. */
export interface FrozenViewsOptions extends WorkOptions {
  readonly engine: Engine;
  /** The cache folder; null keeps nothing. */
  readonly cache: string | null;
  /** Variations beside the plain picture. */
  readonly viewCount: number;
  readonly augmentation: Augmentation;
}

/** All views are held in memory while folds share them. */
const memoryLimitBytes = 3e9;
/** Above this the variations' maps are not kept on the disk: a cache should not outgrow its photos by much. */
const diskLimitBytes = 5e8;

/** Where the frozen part ends, in the words of feature extraction. */
export interface FrozenPlace {
  readonly backbone: Backbone;
  /** A layer of the card, or a value of the graph. */
  readonly layer: string;
  /** The graph value, part of the cache's key. */
  readonly value: string;
  readonly pooling: Pooling;
  /** Of one example, without the batch. */
  readonly dims: readonly number[];
  /** The frozen part itself: pixels -> the value, pooled. */
  readonly trunk: Graph;
}

/**
 * Values at the boundary for every picture, plain and varied. What the cache knows is not computed again; the variation
 * `v` of a picture is decided by the picture and `v` alone, so all folds, seeds and runs share it.
 * Throws E_OPTION where the views would not fit into memory, and what `extractFeatures` and `prepareImage` throw.
 */
export async function frozenViews(
  pictures: readonly ImageSource[],
  place: FrozenPlace,
  options: FrozenViewsOptions,
): Promise<FrozenViews> {
  const { viewCount } = options;
  const bytes = pictures.length * sizeOf(place.dims) * 4 * (viewCount + 1);
  if (bytes > memoryLimitBytes)
    throw new RootstockError(
      "E_OPTION",
      `fine-tune: expected frozen values of at most ${memoryLimitBytes / 1e9} GB, got ${(bytes / 1e9).toFixed(1)} GB ` +
        `(${pictures.length} images x ${viewCount + 1} views at "${place.layer}").`,
      { hint: "Freeze further up with --freeze-to, or take fewer views." },
    );
  const { layer, pooling, backbone, dims } = place;
  const plain = await extractFeatures(pictures, backbone, { ...options, layer, pooling });
  const [failure] = plain.failed;
  if (failure)
    throw new RootstockError(failure.error.code, failure.error.message, { hint: failure.error.hint });
  const work = { pictures, place, options, store: lazyStore(pictures, backbone, options) };
  const isKept = options.cache !== null && bytes <= diskLimitBytes;
  const views = [plain.matrix];
  for (let v = 1; v <= viewCount; v += 1) views.push(await variedView(v, { ...work, isKept }));
  return { dims, views };
}

/** Examples that take turns among the views: which one a row shows in an epoch is drawn from the seed. */
export function viewSource({ views, dims }: FrozenViews, seed: number): ExampleSource {
  const size = sizeOf(dims);
  return {
    dims,
    load: async (rows, epoch) => {
      const out = new Float32Array(rows.length * size);
      for (const [i, row] of rows.entries()) {
        const view =
          epoch === null ? 0 : createRandom(seed).fork(`epoch ${epoch} row ${row}`).integer(views.length);
        out.set(rowOf(views[view]!, row), i * size);
      }
      return out;
    },
  };
}

interface ViewWork {
  readonly pictures: readonly ImageSource[];
  readonly place: FrozenPlace;
  readonly options: FrozenViewsOptions;
  readonly isKept: boolean;
  store(): Promise<PictureStore>;
}

/** Decoded at the first view that the cache does not know, and once for all of them. */
function lazyStore(
  pictures: readonly ImageSource[],
  backbone: Backbone,
  options: FrozenViewsOptions,
): () => Promise<PictureStore> {
  let store: Promise<PictureStore> | null = null;
  return () => (store ??= openPixelStore(pictures, backbone.card.preprocessing, options));
}

async function variedView(v: number, work: ViewWork): Promise<Matrix> {
  const { pictures, place, options } = work;
  const matrix = createMatrix(pictures.length, sizeOf(place.dims));
  const sha256s = pictures.map(({ sha256 }) => sha256);
  const cache = work.isKept ? cacheOf(v, work) : null;
  const missing = cache === null ? [...pictures.keys()] : await cache.fill(sha256s, matrix);
  if (missing.length === 0) return matrix;
  const keeper = cache && createFeatureKeeper(cache, { columns: matrix.columns, report: options.report });
  try {
    await computeView(missing, {
      ...work,
      v,
      matrix,
      keep: async (row) => await keeper?.add(sha256s[row]!, rowOf(matrix, row)),
    });
  } finally {
    await keeper?.flush();
  }
  return matrix;
}

const batchSize = 16;

/** The network works on a batch while the variations of the next one are made. */
async function computeView(
  rows: readonly number[],
  work: ViewWork & { v: number; matrix: Matrix; keep: (row: number) => Promise<void> },
): Promise<void> {
  const { pictures, options, v, matrix } = work;
  const { backbone, trunk } = work.place;
  const { engine, signal, report, viewCount } = options;
  const { preprocessing } = backbone.card;
  const store = await work.store();
  const table = pixelTable(preprocessing);
  await using session = await engine.load(createModel(trunk), { signal });
  const dims = [3, preprocessing.height, preprocessing.width];
  const variedBatch = async (at: number): Promise<{ batch: readonly number[]; pixels: Float32Array }> => {
    const batch = rows.slice(at, at + batchSize);
    const pixels = new Float32Array(batch.length * sizeOf(dims));
    for (const [i, image] of (await Promise.all(batch.map((row) => store.imageAt(row)))).entries()) {
      const random = createRandom(hashString(`${pictures[batch[i]!]!.sha256} view ${v}`));
      const view = augment(image, preprocessing, { random, with: options.augmentation });
      toPlanes(view, table, pixels.subarray(i * sizeOf(dims), (i + 1) * sizeOf(dims)));
    }
    return { batch, pixels };
  };
  let next = await variedBatch(0);
  for (let at = 0; at < rows.length; at += batchSize) {
    const { batch, pixels } = next;
    const feeds = { [trunk.inputs[0]!.name]: floatTensor([batch.length, ...dims], pixels) };
    const running = session.run(feeds, { signal, transfer: true });
    const [results, following] = await Promise.all([running, variedBatch(at + batchSize)]);
    next = following;
    const values = asFloat32(results[trunk.outputs[0]!.name]!);
    for (const [i, row] of batch.entries()) {
      rowOf(matrix, row).set(values.subarray(i * matrix.columns, (i + 1) * matrix.columns));
      await work.keep(row);
    }
    const done = pictures.length - rows.length + at + batch.length;
    const stage = workOf("frozenView", { view: v, views: viewCount });
    report?.({ type: "progress", ...stage, done, total: pictures.length, unit: "images" });
  }
}

function cacheOf(v: number, { place, options }: ViewWork): FeatureCache {
  return openFeatureCache(
    options.cache!,
    {
      backboneSha256: place.backbone.sha256,
      preprocessing: place.backbone.card.preprocessing,
      layer: place.value,
      pooling: place.pooling,
      view: `varied ${v} ${JSON.stringify(options.augmentation)}`,
      dimensions: sizeOf(place.dims),
    },
    options.report,
  );
}
