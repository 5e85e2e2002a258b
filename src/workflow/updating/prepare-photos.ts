import { RootstockError, quoteList } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import { rowOf } from "../../base/matrix.ts";
import type { SkippedImage } from "../../data/manifest.ts";
import type { Engine } from "../../engine/engine.ts";
import type { ImageSource } from "../../features/features.ts";
import type { ClassMap } from "./class-changes.ts";
import type { PhotoChanges, WantedPhoto } from "./compare-photos.ts";
import type { KnownPhoto } from "./known-photos.ts";
import type { VersionPhoto } from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";
import { photoFeatures } from "./photo-features.ts";
import type { VersionChange } from "./update-exactly.ts";

/** What features are looked for with. */
export interface PrepareOptions extends WorkOptions {
  readonly engine: Engine;
  readonly cache: string | null;
  readonly map: ClassMap;
  /** Files of photos by sha256, as far as any are here. */
  readonly files: ReadonlyMap<string, ImageSource>;
  /** Whether photos that stay need their features: for a fit anew, not for an update by sums. */
  readonly needsKept: boolean;
}

/**
 * The change with the features that it needs: from the memory, else from the cache or the photo itself. A photo to be added
 * that cannot be used is skipped and named. Throws E_DATA for photos to be taken out or moved of which neither class nor
 * features are to be had.
 */
export async function preparePhotos(
  model: OpenedModel,
  changes: PhotoChanges,
  options: PrepareOptions,
): Promise<{ change: VersionChange; skipped: readonly SkippedImage[] }> {
  const { added, removed, relabelled, kept } = changes;
  const bare = (photos: readonly KnownPhoto[]): KnownPhoto[] =>
    photos.filter(({ features }) => features === null);
  const moving = [...removed, ...relabelled.map(({ photo }) => photo)];
  const staying = options.needsKept ? bare(kept).filter(({ sha256 }) => options.files.has(sha256)) : [];
  const wanted = [...added, ...bare(moving), ...staying];
  const found = await featuresOf(model, wanted, options);
  requireMovable(moving, found);
  const withFeatures = (photo: KnownPhoto, label = photo.label): VersionPhoto => ({
    ...photo,
    label: label!,
    features: photo.features ?? found.features.get(photo.sha256) ?? null,
  });
  const isUsable = ({ sha256 }: WantedPhoto): boolean => found.features.has(sha256);
  return {
    change: {
      map: options.map,
      kept: kept.map((photo) => withFeatures(photo)),
      added: added.filter(isUsable).map(({ sha256, label }) => ({
        sha256,
        label,
        features: found.features.get(sha256)!,
        logits: null,
      })),
      removed: removed.map((photo) => withFeatures(photo)),
      relabelled: relabelled.map(({ photo, to }) => ({ photo: withFeatures(photo), to })),
    },
    skipped: found.failed.filter(({ sha256 }) => added.some((photo) => photo.sha256 === sha256)),
  };
}

interface FoundFeatures {
  readonly features: ReadonlyMap<string, Float32Array>;
  readonly failed: readonly (SkippedImage & { readonly sha256: string })[];
}

async function featuresOf(
  model: OpenedModel,
  photos: readonly { readonly sha256: string; readonly path?: string }[],
  { files, ...options }: PrepareOptions,
): Promise<FoundFeatures> {
  const unique = [...new Map(photos.map((photo) => [photo.sha256, photo])).values()];
  const sources = unique.map(({ sha256, path }) => files.get(sha256) ?? { sha256, path: path ?? sha256 });
  const dimensions = dimensionsOf(model);
  const { matrix, failed } = await photoFeatures(model, sources, { ...options, dimensions });
  const lost = new Set(failed.map(({ index }) => index));
  return {
    features: new Map(
      unique.flatMap(({ sha256 }, i) => (lost.has(i) ? [] : [[sha256, rowOf(matrix, i)] as const])),
    ),
    failed: failed.map(({ index, ...error }) => ({ ...error, sha256: unique[index]!.sha256 })),
  };
}

/** D, as the memory or the recorded pipeline has it. */
export function dimensionsOf({ memory, statistics }: OpenedModel): number {
  const pipeline = memory?.pipeline ?? statistics!.pipeline;
  return pipeline.blocks.reduce((sum, columns) => sum + columns, 0);
}

function requireMovable(moving: readonly KnownPhoto[], { features }: FoundFeatures): void {
  const nameless = moving.filter(({ label }) => label === null).map(({ sha256 }) => sha256);
  const lost = moving
    .filter((photo) => photo.label !== null && photo.features === null && !features.has(photo.sha256))
    .map(({ sha256 }) => sha256);
  const faults = [
    ...(nameless.length === 0 ? [] : [`no class is known of ${quoteList(nameless)}`]),
    ...(lost.length === 0 ? [] : [`no features are to be had of ${quoteList(lost)}`]),
  ];
  if (faults.length === 0) return;
  throw new RootstockError("E_DATA", `update: photos to take out or to move: ${faults.join("; ")}.`, {
    hint: "The model was made with --no-memory, or of more photos than it remembers. Give the photos' files to --remove, or train again.",
  });
}
