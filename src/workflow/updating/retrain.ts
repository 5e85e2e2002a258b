import type { WorkOptions } from "../../base/events.ts";
import { takeStatistics } from "../../bundle/take-statistics.ts";
import { fitPipeline } from "../../classifiers/pipeline.ts";
import type { Engine } from "../../engine/engine.ts";
import { logitRows } from "./known-photos.ts";
import {
  type NewVersion,
  type OldPhotos,
  type VersionPhoto,
  accuracyOf,
  memoryOf,
  rowsOf,
} from "./new-version.ts";
import type { OpenedModel } from "./opened-model.ts";
import { type VersionChange, requireTwo } from "./update-exactly.ts";

/**
 * The next version of a model whose classifier is no sum over rows: fitted anew on the remembered features and those of the
 * added photos. Hyper-parameters are held; transforms and temperature are fitted again, and every photo gets a score by an
 * inner fold that had not seen it. Throws what `fitPipeline` throws, and E_ONE_CLASS.
 */
export async function retrain(
  model: OpenedModel,
  { kept, added }: VersionChange,
  { engine, signal, report }: WorkOptions & { engine: Engine },
): Promise<NewVersion> {
  const before = model.memory!;
  const all = [...kept, ...added];
  const photos = all.filter(({ features }) => features !== null);
  const labels = [...new Set(photos.map(({ label }) => label))].sort();
  requireTwo(labels);
  const rows = rowsOf(photos, labels, before.features.columns);
  const { transforms, classifier, parameters, blocks } = before.pipeline;
  const fitted = await fitPipeline(
    rows.features,
    rows.labels,
    { transforms, classifier, grid: [parameters], blocks },
    {
      classCount: labels.length,
      algebra: engine.algebra,
      engine,
      groups: photos.map(({ sha256 }) => sha256),
      seed: model.record.seed,
      signal,
      report,
    },
  );
  const source = { pipeline: fitted, ...rows, classCount: labels.length };
  return {
    kind: "retrained",
    labels,
    classCounts: labels.map((label) => all.filter((photo) => photo.label === label).length),
    classifier: fitted.toGraph(),
    chosen: fitted.chosen,
    memory: memoryOf(all, { labels, pipeline: fitted.record, before, logits: fitted.heldOut }),
    statistics: await takeStatistics(source, engine),
    oldPhotos: heldOutAccuracy(photos, { labels, kept, after: fitted.heldOut, truth: rows.labels }),
  };
}

/** On photos that both versions have scores of, by fits that had not seen them. */
function heldOutAccuracy(
  photos: readonly VersionPhoto[],
  {
    labels,
    kept,
    after,
    truth,
  }: {
    readonly labels: readonly string[];
    readonly kept: readonly VersionPhoto[];
    readonly after: Parameters<typeof accuracyOf>[0];
    readonly truth: Int32Array;
  },
): OldPhotos | null {
  const old = new Set(kept.filter(({ logits }) => logits !== null).map(({ sha256 }) => sha256));
  const isOld = (i: number): boolean => old.has(photos[i]!.sha256);
  if (old.size === 0) return null;
  const masked = {
    ...after,
    data: after.data.map((value, at) => (isOld(Math.floor(at / labels.length)) ? value : Number.NaN)),
  };
  const before = logitRows(
    photos.map((photo, i) => (isOld(i) ? photo : { logits: null })),
    labels,
  );
  return {
    photos: old.size,
    before: accuracyOf(before, truth),
    after: accuracyOf(masked, truth),
    scores: "held out",
  };
}
