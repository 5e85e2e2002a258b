import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backbone } from "../backbones/backbone.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, rowOf, softmaxRows } from "../base/matrix.ts";
import { listImages } from "../data/list-images.ts";
import type { Engine } from "../engine/engine.ts";
import { extractFeatures } from "../features/extract-features.ts";
import type { ImageSource } from "../features/features.ts";
import { hashFile } from "../files/hash-file.ts";
import { drawTrialPictures } from "../image/draw-trial-pictures.ts";
import { encodePng } from "../image/encode-png.ts";

/** What was seen when a backbone looked at a few pictures. */
export interface Trial {
  /** Looked at: photos, and drawn pictures where there were fewer than two photos. */
  readonly photos: number;
  readonly drawn: number;
  readonly skipped: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  /** D, at the default layer, averaged over its places. */
  readonly dimensions: number;
  /** Features that are 0 for every picture, as a share of D. */
  readonly silent: number;
  /** |a - b| / max(|a|, |b|) of the two pictures whose features are most alike. */
  readonly leastDifference: number;
  /** The network's own output where that is a vector; `confidence` is the mean of the largest softmax value. */
  readonly output: { readonly values: number; readonly confidence: number } | null;
}

/** Photos looked at, at most. */
const trialLimit = 8;
/** Features nearer than this, float32's noise, are of a network that does not see the picture. */
const leastDifferenceAllowed = 1e-5;

/**
 * Runs a backbone, by its card, on a few photos (up to 8 different ones of a folder) or on drawn pictures.
 * Throws E_CARD when no picture can be used, or when two different ones have the same features: then the network does
 * not see the picture, mostly because its pixels are scaled wrongly.
 */
export async function tryBackbone(
  backbone: Backbone,
  { photos, engine, signal }: WorkOptions & { photos: string | null; engine: Engine },
): Promise<Trial> {
  await using folder = await temporaryFolder();
  const own = photos === null ? [] : await differentPhotos(photos, signal);
  const pictures = own.length < 2 ? [...own, ...(await drawnPictures(folder.path))] : own;
  const work = { engine, signal, cache: null };
  const { matrix, failed } = await extractFeatures(pictures, backbone, work);
  const skipped = failed.map(({ index, error: { code, message } }) => ({
    path: pictures[index]!.path,
    code,
    message,
  }));
  const kept = [...pictures.keys()].filter((row) => !failed.some(({ index }) => index === row));
  if (kept.length < 2)
    throw new RootstockError(
      "E_CARD",
      `${JSON.stringify(backbone.path)}: expected features of at least 2 pictures, got ${kept.length}: ${failed[0]?.error.message ?? ""}`,
      { hint: "Name a folder of good photos with --photos, or leave it out." },
    );
  const { distance, pair } = nearest(matrix, kept);
  if (!(distance >= leastDifferenceAllowed))
    throw new RootstockError(
      "E_CARD",
      `${JSON.stringify(backbone.path)}: expected different features of different pictures, got nearly the same for ${pair.map((row) => JSON.stringify(pictures[row]!.path)).join(" and ")} (difference ${distance.toExponential(1)}).`,
      {
        hint: "The pixels are probably scaled wrongly (--pixels), or this layer is empty (--layer). No card was written.",
      },
    );
  return {
    photos: kept.filter((row) => row < own.length).length,
    drawn: kept.filter((row) => row >= own.length).length,
    skipped,
    dimensions: matrix.columns,
    silent: silentShare(matrix, kept),
    leastDifference: distance,
    output: await outputOf(
      backbone,
      kept.map((row) => pictures[row]!),
      work,
    ),
  };
}

async function differentPhotos(folder: string, signal: AbortSignal | undefined): Promise<ImageSource[]> {
  const found = new Map<string, ImageSource>();
  for (const path of await listImages([folder])) {
    const sha256 = await hashFile(path, { signal });
    if (!found.has(sha256)) found.set(sha256, { path, sha256 });
    if (found.size === trialLimit) break;
  }
  return [...found.values()];
}

async function drawnPictures(folder: string): Promise<ImageSource[]> {
  return await Promise.all(
    [...drawTrialPictures()].map(async ([name, image]) => {
      const path = join(folder, `${name}.png`);
      await writeFile(path, await encodePng(image));
      return { path, sha256: await hashFile(path) };
    }),
  );
}

function nearest(features: Matrix, rows: readonly number[]): { distance: number; pair: readonly number[] } {
  let best: { distance: number; pair: readonly number[] } = { distance: Infinity, pair: [] };
  for (const [i, a] of rows.entries())
    for (const b of rows.slice(i + 1)) {
      const distance = differenceOf(rowOf(features, a), rowOf(features, b));
      if (!(distance >= best.distance)) best = { distance, pair: [a, b] };
    }
  return best;
}

/** |a - b| / max(|a|, |b|); 0 for two vectors of zeros. */
function differenceOf(a: Float32Array, b: Float32Array): number {
  const length = (values: Float32Array): number => Math.hypot(...values);
  const longest = Math.max(length(a), length(b));
  return longest === 0 ? 0 : length(a.map((value, i) => value - b[i]!)) / longest;
}

function silentShare(features: Matrix, rows: readonly number[]): number {
  const columns = Array.from({ length: features.columns }, (_, column) => column);
  const silent = columns.filter((column) => rows.every((row) => rowOf(features, row)[column] === 0));
  return silent.length / features.columns;
}

async function outputOf(
  backbone: Backbone,
  pictures: readonly ImageSource[],
  work: WorkOptions & { engine: Engine; cache: null },
): Promise<Trial["output"]> {
  const value = backbone.model.graph.outputs[0]!.name;
  const layer = backbone.card.layers.find((one) => one.value === value);
  if (layer?.shape.length !== 1) return null;
  const { matrix } = await extractFeatures(pictures, backbone, { ...work, layer: layer.name });
  const probabilities = softmaxRows(matrix);
  const largest = pictures.map((_, row) => Math.max(...rowOf(probabilities, row)));
  return {
    values: matrix.columns,
    confidence: largest.reduce((sum, value) => sum + value, 0) / largest.length,
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "rootstock-trial-"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}
