import { join } from "node:path";
import type { Backbone } from "../../backbones/backbone.ts";
import { RootstockError } from "../../base/errors.ts";
import type { WorkOptions } from "../../base/events.ts";
import type { Picture } from "../../data/manifest.ts";
import type { Engine } from "../../engine/engine.ts";
import { computeFeatures } from "../../features/compute-features.ts";
import { bestBatchSize, dimensionsOf, featureModel } from "../../features/feature-model.ts";
import { resolveLayer } from "../../features/resolve-layer.ts";
import { work } from "../../words/fact.ts";
import { packKey } from "../pack-key.ts";
import { type VectorPack, openVectorPack } from "./vector-pack.ts";

/** The teacher's features of every photo, as it gives them. */
export interface TeacherFeatures extends AsyncDisposable {
  readonly pack: VectorPack;
  readonly backbone: Backbone;
}

/** On what they are computed, and where they are kept. */
export interface TeacherFeatureOptions extends WorkOptions {
  readonly engine: Engine;
  /** The folder of packs. */
  readonly folder: string;
}

/**
 * A backbone's features (default layer, means) of all photos, computed once and kept in a packed file; a run that is
 * stopped goes on where it was. Memory does not grow with the photos. Progress is counted in images.
 * Throws the error of the first photo that the teacher cannot take, and what `computeFeatures` and `openVectorPack` throw.
 */
export async function openTeacherFeatures(
  photos: readonly Picture[],
  backbone: Backbone,
  { engine, folder, signal, report }: TeacherFeatureOptions,
): Promise<TeacherFeatures> {
  const layer = resolveLayer(backbone);
  const { preprocessing } = backbone.card;
  const what = { kind: "features", sha256: backbone.sha256, preprocessing, layer: layer.value };
  const path = join(folder, `${packKey(photos, what)}.features`);
  const pack = await openVectorPack(path, { count: photos.length, width: dimensionsOf(layer, "avg") });
  try {
    const missing = await pack.missing(photos.keys());
    const cached = photos.length - missing.length;
    let done = cached;
    const tellProgress = (): void => {
      const stage = work("features", { backbone: backbone.name });
      const values = cached > 0 ? { values: { cached } } : {};
      report?.({ type: "progress", ...stage, done, total: photos.length, unit: "images", ...values });
    };
    tellProgress();
    if (missing.length > 0) {
      const model = featureModel(backbone, layer, "avg");
      const network = { model, preprocessing, batchSize: bestBatchSize(model) };
      for await (const outcome of computeFeatures(missing, photos, { network, engine, signal })) {
        if ("error" in outcome)
          throw new RootstockError(outcome.error.code, outcome.error.message, { hint: outcome.error.hint });
        await pack.put(outcome.index, outcome.features);
        done += 1;
        tellProgress();
      }
    }
  } catch (error) {
    await pack[Symbol.asyncDispose]();
    throw error;
  }
  return { pack, backbone, [Symbol.asyncDispose]: async () => await pack[Symbol.asyncDispose]() };
}
