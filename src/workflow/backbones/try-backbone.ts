import { basename, dirname, join } from "node:path";
import type { Backbone } from "../../backbones/backbone.ts";
import { RootstockError, quoteList } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import { type Matrix, rowOf, softmaxRows } from "../../base/matrix.ts";
import { type ListedImage, listImages } from "../../data/list-images.ts";
import { scanImage } from "../../data/scan-image.ts";
import type { Engine } from "../../engine/engine.ts";
import { extractFeatures } from "../../features/extract-features.ts";
import { resolveLayer } from "../../features/resolve-layer.ts";
import type { FailedImage, ImageSource } from "../../features/features.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { hashFile } from "../../files/hash-file.ts";
import { temporaryFolder } from "../../files/temporary-folder.ts";
import { drawTrialPictures } from "../../image/draw-trial-pictures.ts";
import { encodePng } from "../../image/encode-png.ts";

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
 * Throws E_CARD for features that are not finite, or that two different pictures share: then the network does
 * not see the picture, mostly because its pixels are scaled wrongly.
 */
export async function tryBackbone(
  backbone: Backbone,
  { photos, engine, signal }: WorkOptions & { photos: string | null; engine: Engine },
): Promise<Trial> {
  await using folder = await temporaryFolder("trial");
  const { usable: own, skipped }: Photos =
    photos === null ? { usable: [], skipped: [] } : await differentPhotos(photos, signal);
  const pictures = own.length < 2 ? [...own, ...(await drawnPictures(folder.path))] : own;
  const work = { engine, signal, cache: null };
  const { matrix, failed } = await extractFeatures(pictures, backbone, work);
  if (failed.length > 0) throw notFinite(backbone, pictures, failed);
  const { distance, pair } = nearest(matrix);
  if (!(distance >= leastDifferenceAllowed))
    throw new RootstockError(
      "E_CARD",
      `${JSON.stringify(backbone.path)}: expected different features of different pictures, got nearly the same for ${quoteList(pair.map((row) => pictures[row]!.path))} (difference ${distance.toExponential(1)}).`,
      {
        hint: "The pixels are probably scaled wrongly (--pixels), or this layer is empty (--layer). No card was written.",
      },
    );
  return {
    photos: own.length,
    drawn: pictures.length - own.length,
    skipped,
    dimensions: matrix.columns,
    silent: silentShare(matrix),
    leastDifference: distance,
    output: await outputOf(backbone, pictures, work),
  };
}

function notFinite(
  { path }: Backbone,
  pictures: readonly ImageSource[],
  failed: readonly FailedImage[],
): RootstockError {
  const where = quoteList(failed.map(({ index }) => pictures[index]!.path));
  return new RootstockError(
    "E_CARD",
    `${JSON.stringify(path)}: expected finite features, got ${failed[0]!.error.message} on ${where}`,
    { hint: "The pixels are probably scaled wrongly (--pixels). No card was written." },
  );
}

interface Photos {
  readonly usable: readonly ImageSource[];
  readonly skipped: Trial["skipped"];
}

/** The first photos that can be used, no two of the same bytes. */
async function differentPhotos(folder: string, signal: AbortSignal | undefined): Promise<Photos> {
  const usable = new Map<string, ImageSource>();
  const skipped: Trial["skipped"][number][] = [];
  for (const { path, ...listed } of await requireListed(folder)) {
    if (usable.size === trialLimit) break;
    if ("error" in listed) {
      skipped.push({ path, code: listed.error.code, message: listed.error.message });
      continue;
    }
    const scan = await scanImage(dirname(path), basename(path), { signal });
    if ("error" in scan) skipped.push({ path, code: scan.error.code, message: scan.error.message });
    else if (!usable.has(scan.sha256)) usable.set(scan.sha256, { path, ...scan });
  }
  return { usable: [...usable.values()], skipped };
}

/** The pictures of a folder; what is wrong with the folder itself is thrown: whoever names one does not want drawings. */
async function requireListed(folder: string): Promise<ListedImage[]> {
  const listed = await listImages([folder]);
  for (const one of listed)
    if ("error" in one && one.path === folder)
      throw new RootstockError(one.error.code, one.error.message, one.error);
  return listed;
}

async function drawnPictures(folder: string): Promise<ImageSource[]> {
  return await Promise.all(
    [...drawTrialPictures()].map(async ([name, image]) => {
      const path = join(folder, `${name}.png`);
      await writeFileAtomic(path, await encodePng(image));
      return { path, sha256: await hashFile(path) };
    }),
  );
}

/** The two rows that are most alike. */
function nearest(features: Matrix): { distance: number; pair: readonly number[] } {
  let best: { distance: number; pair: readonly number[] } = { distance: Infinity, pair: [] };
  for (let a = 0; a < features.rows; a += 1)
    for (let b = a + 1; b < features.rows; b += 1) {
      const distance = differenceOf(rowOf(features, a), rowOf(features, b));
      if (!(distance >= best.distance)) best = { distance, pair: [a, b] };
    }
  return best;
}

/** |a - b| / max(|a|, |b|); 0 for two vectors of zeros. */
function differenceOf(a: Float32Array, b: Float32Array): number {
  const difference = a.map((value, i) => value - b[i]!);
  return lengthOf(difference) / (Math.max(lengthOf(a), lengthOf(b)) || 1);
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function silentShare({ rows, columns, data }: Matrix): number {
  const loudest = new Float32Array(columns);
  for (let i = 0; i < rows * columns; i += 1)
    loudest[i % columns] = Math.max(loudest[i % columns]!, Math.abs(data[i]!));
  return loudest.filter((value) => value === 0).length / columns;
}

async function outputOf(
  backbone: Backbone,
  pictures: readonly ImageSource[],
  work: WorkOptions & { engine: Engine; cache: null },
): Promise<Trial["output"]> {
  const value = backbone.model.graph.outputs[0]!.name;
  if (!endsInVector(backbone, value)) return null;
  const { matrix } = await extractFeatures(pictures, backbone, { ...work, layer: value });
  const rows = pictures.map((_, row) => rowOf(matrix, row));
  const probabilities = rows.every(isDistribution) ? matrix : softmaxRows(matrix);
  const largest = pictures.map((_, row) => Math.max(...rowOf(probabilities, row)));
  return {
    values: matrix.columns,
    confidence: largest.reduce((sum, value) => sum + value, 0) / largest.length,
  };
}

function endsInVector(backbone: Backbone, value: string): boolean {
  try {
    return resolveLayer(backbone, value).shape.length === 1;
  } catch (error) {
    if (error instanceof RootstockError && error.code === "E_LAYER") return false; // its shape cannot be told
    throw error;
  }
}

/** Whether a network's own output is a softmax already. */
function isDistribution(row: Float32Array): boolean {
  const sum = row.reduce((total, value) => total + value, 0);
  return row.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3;
}
